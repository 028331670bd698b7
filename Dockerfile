# A static binary in an image with nothing but certificates beside it. Both bases are pinned by their digest.
FROM rust:1.95.0-alpine3.22@sha256:064dfc925d68d1a63f4fd2871bd7dc6e6ea56692989a487185855d62885d90aa AS build
RUN apk add --no-cache musl-dev gcc g++ make perl linux-headers
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM alpine:3.22.6@sha256:5291449c3df73caf6ed85e649dec1b9e818b39a5d8c871e97afc13e9cd5e8fa8
RUN apk add --no-cache ca-certificates && adduser -D -u 10001 aerialctl
COPY --from=build /src/target/release/aerialctl /usr/local/bin/aerialctl
USER 10001
WORKDIR /state
ENTRYPOINT ["aerialctl"]
