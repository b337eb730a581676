# Three stages: the browser assets, the program, and a small image with only these two.
#
#     docker build --tag expense-tracker .
#     docker run --read-only --cap-drop ALL --security-opt no-new-privileges \
#         --publish 127.0.0.1:8000:8000 --volume expense-tracker:/data expense-tracker

FROM node:22-bookworm-slim AS assets
WORKDIR /build/assets
COPY assets/package.json assets/package-lock.json assets/.npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY assets/build.mjs assets/icon.mjs ./
COPY assets/src ./src
RUN node build.mjs

FROM rust:1.95-bookworm AS program
WORKDIR /build
COPY Cargo.toml Cargo.lock askama.toml diesel.toml README.md ./
COPY .cargo ./.cargo
COPY migrations ./migrations
COPY templates ./templates
COPY tests ./tests
COPY benches ./benches
COPY src ./src
RUN cargo build --release --locked --bin expense-tracker

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 --user-group --no-create-home expense-tracker \
    && install --directory --owner expense-tracker --group expense-tracker --mode 0700 /data
COPY --from=program /build/target/release/expense-tracker /usr/local/bin/expense-tracker
COPY --from=assets /build/assets/dist /usr/local/share/expense-tracker/assets
USER 10001:10001
WORKDIR /data
ENV HOST=0.0.0.0 PORT=8000 DATA_DIR=/data ASSETS_DIR=/usr/local/share/expense-tracker/assets
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/expense-tracker"]
CMD ["serve"]
