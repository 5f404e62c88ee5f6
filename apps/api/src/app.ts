import Fastify, { type FastifyInstance } from 'fastify'
import { type AppContext, type AppOptions, createAppContext } from './context.ts'
import { applyAvatarVerdict, moderateAvatar } from './domain/moderation/avatar.ts'
import { recheckNickname } from './domain/moderation/nickname.ts'
import { deleteAvatarFile } from './domain/users/delete-avatar-file.ts'
import { deleteClosedAccount } from './features/account/delete-account.ts'
import { accountRoutes } from './features/account/routes.ts'
import { adminRoutes } from './features/admin/routes.ts'
import { loginRoutes } from './features/login/routes.ts'
import { mergeRoutes } from './features/merge/routes.ts'
import { deleteWechatData } from './features/wechat-push/delete-wechat-data.ts'
import { pushRoutes } from './features/wechat-push/routes.ts'
import { registerAuthentication } from './http/authenticate.ts'
import { proxyOptions, registerForwardedFor } from './http/client-ip.ts'
import { registerDevelopmentGuard } from './http/development-guard.ts'
import { type Drain, registerDrain } from './http/drain.ts'
import { registerErrorHandler } from './http/errors.ts'
import { registerFiles } from './http/files.ts'
import { registerHealth } from './http/health.ts'
import { registerJsonWebKeySet } from './http/json-web-key-set.ts'
import { registerRateLimit } from './http/rate-limit.ts'
import { httpOptions, registerHttp } from './http/server-options.ts'
import type { JobHandlers } from './infra/jobs/jobs.ts'
import { createMetrics } from './infra/metrics/metrics.ts'
import { startPhoneReencryption } from './maintenance/reencrypt-phones.ts'
import { startRetention } from './maintenance/retention.ts'

/** Composes the API. The caller opens and closes the database and the WeChat client. */
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
  registerForwardedFor(app)
  registerHttp(app)
  const drain = registerDrain(app)
  metrics.attach(app)
  registerErrorHandler(app)
  if (config.environment === 'development') {
    registerDevelopmentGuard(app, config)
    const { registerOpenApi } = await import('./http/openapi.ts')
    await registerOpenApi(app)
  }

  const context = await createAppContext(app, { ...others, metrics })
  startBackgroundWork(app, context, drain)
  metrics.watchState(context)

  await registerRateLimit(app, { limits: config.limits, counters: context.counters })
  registerAuthentication(app, context)
  registerHealth(app, { database, drain })
  registerJsonWebKeySet(app, config.accessToken.keys)
  registerFiles(app, context)
  loginRoutes(app, context)
  mergeRoutes(app, context)
  accountRoutes(app, context)
  adminRoutes(app, context)
  pushRoutes(app, context)
  return app
}

const jobHandlers = (context: AppContext): JobHandlers => ({
  delete_file: (payload, job) => deleteAvatarFile(context, payload, job),
  check_avatar: (payload) => moderateAvatar(context, payload),
  avatar_verdict: (payload) => applyAvatarVerdict(context, payload),
  check_nickname: (payload) => recheckNickname(context, payload),
  delete_wechat_data: (payload) => deleteWechatData(context, payload),
  delete_account: ({ userId }) => deleteClosedAccount(context, userId),
})

function startBackgroundWork(app: FastifyInstance, context: AppContext, drain: Drain): void {
  const { counters, images, jobs, rejectedLogins, revocationList, tokenUses } = context
  jobs.start(jobHandlers(context))
  const retention = startRetention(context)
  const phoneReencryption = startPhoneReencryption(context)
  // Before the database closes.
  app.addHook('preClose', async () => {
    await Promise.all([drain.closeServer(), retention.close(), phoneReencryption.close(), jobs.close()])
    // The active requests needed it until here.
    await revocationList.close()
  })
  app.addHook('onClose', async () => {
    await Promise.all([tokenUses.close(), rejectedLogins.close()])
    counters.close()
    images.close()
  })
}
