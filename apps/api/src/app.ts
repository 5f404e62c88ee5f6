import Fastify, { type FastifyInstance } from 'fastify'
import { type AppOptions, createAppContext } from './context.ts'
import { applyAvatarVerdict, moderateAvatar } from './domain/moderation/avatar.ts'
import { recheckNickname } from './domain/moderation/nickname.ts'
import { deleteAvatarFile } from './domain/users/delete-avatar-file.ts'
import { deleteClosedAccount } from './features/account/delete-account.ts'
import { accountRoutes } from './features/account/routes.ts'
import { composeAdmin } from './features/admin/compose.ts'
import { loginRoutes } from './features/login/routes.ts'
import { mergeRoutes } from './features/merge/routes.ts'
import { composePush, pushJobs } from './features/wechat-push/compose.ts'
import { registerAuthentication } from './http/authenticate.ts'
import { proxyOptions, registerProxies } from './http/client-ip.ts'
import { registerDevelopmentGuard } from './http/development-guard.ts'
import { registerDrain } from './http/drain.ts'
import { registerProblems } from './http/errors.ts'
import { registerFiles } from './http/files.ts'
import { registerHealth } from './http/health.ts'
import { registerJsonWebKeySet } from './http/json-web-key-set.ts'
import { httpOptions, registerHttp } from './http/server-options.ts'
import { createMetrics } from './infra/metrics/metrics.ts'
import { startPhoneReencryption } from './maintenance/reencrypt-phones.ts'
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
  const { counters, deadJobs, images, jobs, rejectedLogins, revocationList, tokenUses } = context
  jobs.start({
    delete_file: (payload, job) => deleteAvatarFile(context, payload, job),
    check_avatar: (payload) => moderateAvatar(context, payload),
    avatar_verdict: (payload) => applyAvatarVerdict(context, payload),
    check_nickname: (payload) => recheckNickname(context, payload),
    ...pushJobs(context),
    delete_account: ({ userId }) => deleteClosedAccount(context, userId),
  })
  const retention = startRetention(context)
  const phoneReencryption = startPhoneReencryption(context)
  // Before the database closes.
  app.addHook('preClose', async () => {
    await Promise.all([drain.closeServer(), retention.close(), phoneReencryption.close(), jobs.close()])
    // The requests that were under way needed it.
    await revocationList.close()
  })
  app.addHook('onClose', async () => {
    await Promise.all([tokenUses.close(), rejectedLogins.close()])
    counters.close()
    images.close()
  })
  metrics.watchState({ revocationList, database, deadJobs })

  registerAuthentication(app, context)
  registerHealth(app, { database, drain })
  registerJsonWebKeySet(app, config.accessToken.keys)
  loginRoutes(app, context)
  mergeRoutes(app, context)
  accountRoutes(app, context)
  composePush(app, context)
  registerFiles(app, context)
  composeAdmin(app, context)
  return app
}
