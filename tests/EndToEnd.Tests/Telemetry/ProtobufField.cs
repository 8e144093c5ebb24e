using System.Buffers.Binary;
using System.Text;

namespace Uitsmijter.Actors.EndToEnd.Tests.Telemetry;

/// <summary>One field of a protobuf message: enough of the encoding to read what an exporter wrote, without its schema.</summary>
internal readonly record struct ProtobufField(int Number, ulong Value, byte[] Bytes)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public double Double => BitConverter.UInt64BitsToDouble(Value);

    public static IEnumerable<ProtobufField> Read(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    yield return new ProtobufField(number, Varint(message, ref at), []);
                    break;
                case 1:
                    yield return new ProtobufField(number, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at)), []);
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    yield return new ProtobufField(number, 0, message[at..(at + length)]);
                    at += length;
                    break;
                case 5:
                    yield return new ProtobufField(number, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at)), []);
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException("No protobuf.");
            }
        }
    }

    /// <summary>The messages at the end of a path of field numbers.</summary>
    public static IEnumerable<byte[]> Follow(byte[] message, params int[] path) =>
        path.Aggregate<int, IEnumerable<byte[]>>([message], static (messages, number) => messages.SelectMany(one => Read(one).Where(field => field.Number == number).Select(static field => field.Bytes)));

    /// <summary>Attributes (KeyValue) of a message.</summary>
    public static Dictionary<string, string> Attributes(byte[] message, int number) => Read(message).Where(field => field.Number == number)
        .Select(static field => Read(field.Bytes).ToArray())
        .ToDictionary(static pair => pair.Single(static field => field.Number == 1).Text, static pair => pair.Where(static field => field.Number == 2).Select(static field => ValueOf(field.Bytes)).FirstOrDefault(""));

    private static string ValueOf(byte[] any)
    {
        var field = Read(any).FirstOrDefault();
        return field.Number switch
        {
            1 => field.Text,
            0 => "",
            4 => field.Double.ToString(System.Globalization.CultureInfo.InvariantCulture),
            _ => field.Bytes.Length > 0 ? Convert.ToHexString(field.Bytes) : field.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[at++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
