# syntax=docker/dockerfile:1

# Built on the machine's own architecture for the image's: docker buildx build --platform linux/amd64,linux/arm64 .
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source

# Packages first: they change less often than the code.
COPY Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/Host/Chatalot.Host.csproj src/Host/packages.lock.json src/Host/
COPY src/Features/Chatalot.Features.csproj src/Features/packages.lock.json src/Features/
COPY src/Shared/Chatalot.Shared.csproj src/Shared/packages.lock.json src/Shared/
RUN dotnet restore src/Host -a "$TARGETARCH" -p:SelfContained=true -p:PublishReadyToRun=true

COPY src src
RUN dotnet publish src/Host -a "$TARGETARCH" -c Release --no-restore --self-contained \
    -p:PublishReadyToRun=true -p:DebugType=none -o /publish

# Debian, because the server binds Debian's libsodium; .NET comes along with the server.
FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl libsodium23 libssl3 libstdc++6 libvips-tools tzdata \
    && rm -rf /var/lib/apt/lists/*

# The number is fixed and documented, because key files are mounted with the owner that they have on the host.
RUN groupadd --system --gid 10001 chatalot \
    && useradd --system --uid 10001 --gid chatalot --home-dir /app --no-create-home --shell /usr/sbin/nologin chatalot \
    && mkdir -p /app/data/files /app/data/file-cache /app/data/logs /app/static \
    && chown -R chatalot:chatalot /app

WORKDIR /app
COPY --from=build --chown=root:root /publish .

ENV LISTEN_ADDR=0.0.0.0:8080 \
    DATA_PATH=/app/data \
    FILE_STORAGE_PATH=/app/data/files \
    FILE_CACHE_PATH=/app/data/file-cache \
    STATIC_FILES_PATH=/app/static \
    RUST_LOG=chatalot_server=info,tower_http=info

USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM

# Prints the health answer, also when it is bad, and fails unless it is good.
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s --retries=3 \
    CMD ["/app/chatalot-server", "healthcheck"]

ENTRYPOINT ["/app/chatalot-server"]
