# A static binary and certificates, and nothing else. The base is pinned by its digest.
FROM rust:1.95.0-alpine3.22@sha256:064dfc925d68d1a63f4fd2871bd7dc6e6ea56692989a487185855d62885d90aa AS build
# hadolint ignore=DL3018
RUN apk add --no-cache ca-certificates-bundle g++ gcc linux-headers make musl-dev perl
WORKDIR /src
COPY . .
RUN cargo build --release --locked && mkdir --mode=1777 /state

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# Where runs keep what the next one has to know; for any user.
COPY --from=build /state /state
COPY --from=build /src/target/release/aerialctl /aerialctl
ENV HOME=/state
# nobody
USER 65534:65534
WORKDIR /state
ENTRYPOINT ["/aerialctl"]
