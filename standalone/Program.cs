using Uitsmijter.Actors.Standalone;

return await Embedded.Serve();
