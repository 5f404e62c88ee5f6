import Fastify, { type FastifyInstance } from 'fastify'
import { type AppOptions, createAppContext } from './context.ts'
import { contentJobs } from './domain/moderation/jobs.ts'
import { accountDataRoutes } from './features/account/account-data-routes.ts'
import { composeAccount } from './features/account/compose.ts'
import { deleteClosedAccount } from './features/account/delete-account.ts'
import { composePassword } from './features/account/password-compose.ts'
import { composePhone } from './features/account/phone-compose.ts'
import { composeProfile } from './features/account/profile-compose.ts'
import { composeBinding } from './features/account/wechat-binding-compose.ts'
import { composeAdmin } from './features/admin/compose.ts'
import { composeAuth } from './features/login/compose.ts'
import { composeMerge } from './features/merge/compose.ts'
import { composePush, pushJobs } from './features/wechat-push/compose.ts'
import { registerAuthentication } from './http/authenticate.ts'
import { proxyOptions, registerProxies } from './http/client-ip.ts'
import { registerDevelopmentGuard } from './http/development-guard.ts'
import { registerDrain } from './http/drain.ts'
import { registerProblems } from './http/errors.ts'
import { composeFiles, storageJobs } from './http/files-compose.ts'
import { registerHealth } from './http/health.ts'
import { registerJsonWebKeySet } from './http/json-web-key-set.ts'
import { httpOptions, registerHttp } from './http/server-options.ts'
import { createMetrics } from './infra/metrics/metrics.ts'
import { startPhoneKeyRotation } from './maintenance/reencrypt-phones.ts'
import { startRetention } from './maintenance/retention.ts'

/**
 * Puts the API together: what all parts share, then the parts. The caller opens and closes the database and the WeChat
 * client.
 */
export async function buildApp({
  metrics = createMetrics(null),
  ...others
}: Omit<AppOptions, 'metrics'> & Partial<Pick<AppOptions, 'metrics'>>): Promise<FastifyInstance> {
  const { config, database, log } = others
  const app: FastifyInstance = Fastify({
    ...httpOptions,
    ...proxyOptions(config.trustedProxies),
    loggerInstance: log,
  })
  registerProxies(app)
  registerHttp(app)
  const drain = registerDrain(app)
  metrics.attach(app)
  registerProblems(app)
  if (config.environment === 'development') {
    registerDevelopmentGuard(app, config)
    const { registerDocs } = await import('./http/openapi.ts')
    await registerDocs(app)
  }

  const context = await createAppContext(app, { ...others, metrics })
  const { counters, deadJobs, jobs, rejectedLogins, revocationList, tokenUses } = context
  jobs.start({
    ...storageJobs(context),
    ...contentJobs(context),
    ...pushJobs(context),
    delete_account: ({ userId }) => deleteClosedAccount(context, userId),
  })
  const retention = startRetention(context)
  const phoneKeyRotation = startPhoneKeyRotation({ database, dataKeys: config.dataKeys, log })
  // Before the database closes.
  app.addHook('preClose', async () => {
    await Promise.all([drain.closeServer(), retention.close(), phoneKeyRotation.close(), jobs.close()])
    // The requests that were under way needed it.
    await revocationList.close()
  })
  app.addHook('onClose', async () => {
    await Promise.all([tokenUses.close(), rejectedLogins.close()])
    counters.close()
  })
  metrics.watchState({ revocationList, database, deadJobs })

  registerAuthentication(app, context)
  registerHealth(app, { database, drain })
  registerJsonWebKeySet(app, config.accessToken.keys)
  composeAuth(app, context)
  composePassword(app, context)
  composeBinding(app, context)
  composeMerge(app, context)
  composeAccount(app, context)
  composePhone(app, context)
  accountDataRoutes(app, context)
  composePush(app, context)
  composeProfile(app, context)
  composeFiles(app, context)
  composeAdmin(app, context)
  return app
}
