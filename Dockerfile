# syntax=docker/dockerfile:1
# One file, three programs: docker build --target silo | gateway | standalone.

# Compiled where the build runs, for the platform that is asked for: no emulator is needed.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0-noble AS source
WORKDIR /source
COPY .editorconfig BannedSymbols.txt Directory.Build.props Directory.Packages.props global.json ./
COPY protocol/ protocol/
COPY grain-interfaces/ grain-interfaces/
COPY grains/ grains/
COPY clustering-kubernetes/ clustering-kubernetes/
COPY gateway/ gateway/
COPY silo/ silo/
COPY standalone/ standalone/

FROM source AS publish-silo
ARG TARGETARCH
RUN --mount=type=cache,target=/root/.nuget/packages \
    dotnet publish silo -c Release --os linux --arch $TARGETARCH --no-self-contained -p:UseAppHost=false -p:RunAnalyzers=false -o /published

FROM source AS publish-gateway
ARG TARGETARCH
RUN --mount=type=cache,target=/root/.nuget/packages \
    dotnet publish gateway -c Release --os linux --arch $TARGETARCH --no-self-contained -p:UseAppHost=false -p:RunAnalyzers=false -o /published

FROM source AS publish-standalone
ARG TARGETARCH
RUN --mount=type=cache,target=/root/.nuget/packages \
    dotnet publish standalone -c Release --os linux --arch $TARGETARCH --no-self-contained -p:UseAppHost=false -p:RunAnalyzers=false -o /published

# No shell and no package manager; "extra" brings ICU, without which host and user names cannot be compared and the start refuses.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra AS runtime
WORKDIR /app
# Probes and Prometheus come from outside the container; the port is published nowhere.
ENV ASPNETCORE_URLS=http://0.0.0.0:8080 \
    MANAGEMENT_HOST=0.0.0.0 \
    MANAGEMENT_PORT=9090 \
    DIRECTORY=/config
# The base image's own default would only be overridden, with a warning. Without diagnostics the runtime writes no file at all.
ENV ASPNETCORE_HTTP_PORTS= \
    DOTNET_EnableDiagnostics=0
# The user "app" of the base image, by number, so that an orchestrator can see that it is not root.
USER 1654:1654

FROM runtime AS silo
COPY --from=publish-silo /published ./
EXPOSE 9090 11111 30000
ENTRYPOINT ["dotnet", "Uitsmijter.Actors.Silo.dll"]

FROM runtime AS gateway
COPY --from=publish-gateway /published ./
EXPOSE 8080 9090
ENTRYPOINT ["dotnet", "Uitsmijter.Actors.Gateway.dll"]

FROM runtime AS standalone
# How much is allocated between two collections, 32 MB: a virtual machine that hides its caches gets 2 MB otherwise, and a login costs a fifth more.
ENV DOTNET_GCgen0size=0x2000000
COPY --from=publish-standalone /published ./
EXPOSE 8080 9090
ENTRYPOINT ["dotnet", "uitsmijter.dll"]
