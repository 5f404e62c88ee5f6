import type { AddressInfo } from 'node:net'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config/config.ts'
import { openDatabase } from '../src/infra/database/client.ts'
import { createLog } from '../src/infra/logging/logger.ts'
import { createWechatClient } from '../src/infra/wechat/client.ts'
import { highLimits } from '../test/support/limits.ts'
import { migrationsFolder } from './migrations-folder.ts'
import { collectPlans } from './plans.ts'
import { authenticatedPath, miniProgram, sessionsPerUser } from './scenarios.ts'
import { readSettings, reportToBenchmark } from './server-settings.ts'

/** This API as `server.ts` starts it, plus the route `authenticated`. */
const settings = readSettings()
const plans = settings.explain ? collectPlans() : undefined
const config = {
  ...readConfig({
    NODE_ENV: 'test',
    WECHAT_API_URL: settings.wechatUrl,
    WECHAT_APPS: JSON.stringify([miniProgram]),
    ACCESS_TOKEN_KEYS: settings.accessTokenKeys,
    REFRESH_TOKEN_KEYS: settings.refreshTokenKeys,
    DATA_KEYS: settings.dataKeys,
    SESSIONS_PER_USER: String(sessionsPerUser),
    ...highLimits,
  }),
  database: settings.database,
}
const log = createLog(config)
const database = await openDatabase(config.database, { migrationsFolder, log })
const wechat = createWechatClient(config.wechat, { log })
const app = await buildApp({ config, database, wechat, log })

const schema = {
  response: { 200: { type: 'object', properties: { userId: { type: 'string' } } } },
}
app.get(authenticatedPath, { schema, onRequest: app.authenticate }, async ({ claims }) => ({
  userId: claims?.sub,
}))
await app.listen({ host: '127.0.0.1', port: 0 })
reportToBenchmark(app.server.address() as AddressInfo, plans)
