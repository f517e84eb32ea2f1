# syntax=docker/dockerfile:1

# Compiled here, where compilers are; better-sqlite3 needs them where its prebuilt binary cannot be fetched.
FROM node:24-bookworm-slim AS build
WORKDIR /app
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 make g++ \
  && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/install-once.mjs scripts/bundle.mjs scripts/
COPY src src
# The stand-ins are for the demo and the tests.
RUN node scripts/install-once.mjs --build \
  && npm prune --omit=dev --no-audit --no-fund \
  && rm -r dist/sandbox \
  && mkdir data

# The program belongs to root and runs as somebody else: nothing but data/ (and /tmp) is ever written.
FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY --from=build --chown=node:node /app/data data
USER node
VOLUME /app/data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "dist/bin/main.js"]
