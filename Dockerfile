# A static binary in an image with nothing but certificates beside it.
FROM rust:1.95-alpine AS build
RUN apk add --no-cache musl-dev gcc g++ make perl linux-headers
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM alpine:3.22
RUN apk add --no-cache ca-certificates && adduser -D aerialctl
COPY --from=build /src/target/release/aerialctl /usr/local/bin/aerialctl
USER aerialctl
WORKDIR /state
ENTRYPOINT ["aerialctl"]
