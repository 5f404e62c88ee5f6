# syntax=docker/dockerfile:1

# The API alone: one bundle, the three packages with a binary, the migrations. The mini program is uploaded to WeChat.
FROM node:22-slim AS build
WORKDIR /repository
ENV CI=true TURBO_TELEMETRY_DISABLED=1
RUN npm install --global pnpm@12.21.0
# What changes seldom first, so that a change of the code does not install again.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY apps/api/package.json apps/api/
COPY apps/miniapp/package.json apps/miniapp/
COPY packages/shared/package.json packages/shared/
COPY packages/tooling/package.json packages/tooling/
COPY packages/weapp-preview/package.json packages/weapp-preview/
COPY packages/wechat-simulator/package.json packages/wechat-simulator/
RUN pnpm install --frozen-lockfile --filter @repo/api... --filter wechat-login
COPY . .
RUN pnpm --filter @repo/api generate \
 && pnpm --filter @repo/api build \
 && pnpm --filter @repo/api deploy --prod /api

FROM node:22-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /api
COPY --from=build /api .
# A volume that is mounted here belongs to the user as well.
RUN mkdir /files && chown node:node /files
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1 and gets the signal to stop.
CMD ["node", "--enable-source-maps", "dist/server.js"]
