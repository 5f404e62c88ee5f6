import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { createCurrentUser } from './account/current-user.ts'
import { createDevices } from './account/devices.ts'
import { createMergeTickets } from './account/merge-tickets.ts'
import { registerAccountRoutes } from './account/routes.ts'
import { createToUser } from './account/user-row.ts'
import { createRenewWechatSession } from './account/wechat-session.ts'
import { createActs } from './admin/acts.ts'
import { registerAdminRoutes } from './admin/routes.ts'
import { createAdminUsers } from './admin/users.ts'
import { createAccessTokens } from './auth/access-tokens.ts'
import { registerAuthentication } from './auth/authenticate.ts'
import { createExchange } from './auth/exchange.ts'
import { createIdentities } from './auth/identities.ts'
import { createRefuseUnknownInviter } from './auth/inviters.ts'
import { registerJsonWebKeySet } from './auth/json-web-key-set.ts'
import { createLogin } from './auth/login.ts'
import { createRefreshTokens } from './auth/refresh-tokens.ts'
import { createKeepRefusals } from './auth/refusals.ts'
import { openRevocationList } from './auth/revocation-list.ts'
import { createRevoke } from './auth/revoke.ts'
import { registerAuthRoutes } from './auth/routes.ts'
import { createSessions } from './auth/sessions.ts'
import { createBindWechat } from './binding/bind-wechat.ts'
import { createProveByCode } from './binding/prove-by-code.ts'
import { registerBindingRoutes } from './binding/routes.ts'
import { createUnbindWechat } from './binding/unbind-wechat.ts'
import type { Config } from './config.ts'
import { createDataCipher } from './data-cipher.ts'
import type { Database } from './database/database.ts'
import { registerHealth } from './health.ts'
import { httpOptions, registerHttp } from './http.ts'
import { startJobs } from './jobs/jobs.ts'
import { createMemoryCounters } from './limits/counters.ts'
import { registerLimits } from './limits/limits.ts'
import { createPasswordAttempts } from './limits/password-attempts.ts'
import { openRedisCounters } from './limits/redis-counters.ts'
import { createMerge } from './merge/merge.ts'
import { createMovePhone } from './merge/move-phone.ts'
import { registerMergeRoutes } from './merge/routes.ts'
import { createMetrics, type Metrics } from './metrics/metrics.ts'
import { createChangePassword } from './password/change-password.ts'
import { createPasswordHasher } from './password/password-hasher.ts'
import { createPasswordLogin } from './password/password-login.ts'
import { createPasswords } from './password/passwords.ts'
import { createRegister } from './password/register.ts'
import { registerPasswordRoutes } from './password/routes.ts'
import { registerProblems } from './problem.ts'
import { proxyOptions, registerProxies } from './proxies.ts'
import { startRetention } from './retention.ts'
import { createDeleteFile } from './storage/delete-file.ts'
import { createLocalStorage } from './storage/local-storage.ts'
import { createWechatApps } from './wechat/apps.ts'
import type { WechatClient } from './wechat/client.ts'

/**
 * Puts the API together: the only place where every part knows its neighbours. The caller opens and closes the
 * database and the WeChat client.
 */
export async function buildApp({
  config,
  database,
  wechat,
  log,
  metrics = createMetrics(null),
}: {
  config: Config
  database: Database
  wechat: WechatClient
  log: FastifyBaseLogger
  metrics?: Metrics
}): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    ...httpOptions,
    ...proxyOptions(config.trustedProxies),
    loggerInstance: log,
  })
  registerProxies(app)
  registerHttp(app)
  metrics.attach(app)
  registerProblems(app)
  if (config.environment === 'development') {
    const { registerDocs } = await import('./docs.ts')
    await registerDocs(app)
  }

  const apps = createWechatApps(config.wechat.apps)
  const storage = createLocalStorage(config.storage.folder)
  const toUser = createToUser(config.publicUrl)
  const accessTokens = await createAccessTokens(app, config)
  const refreshTokens = createRefreshTokens(config.refreshToken.keys)
  const revocationList = await openRevocationList({
    database,
    accessTokenLifetimeSeconds: config.accessToken.lifetimeSeconds,
    log,
  })
  const retention = startRetention({ database, config, log })
  const jobs = startJobs({ database, handlers: { delete_file: createDeleteFile(database, storage) }, log })
  // Before the database closes; a request that comes now is refused without the list.
  app.addHook('preClose', async () => {
    await Promise.all([revocationList.close(), retention.close(), jobs.close()])
  })
  metrics.watchState({ revocationList, database })
  const counters = config.redisUrl ? await openRedisCounters(config.redisUrl, log) : createMemoryCounters()
  app.addHook('onClose', async () => counters.close())
  const limits = await registerLimits(app, { limits: config.limits, counters })
  const revoke = createRevoke({ database, revocationList })
  const sessions = metrics.watchSessions(
    createSessions({
      database,
      accessTokens,
      refreshTokens,
      revoke,
      limits,
      toUser,
      config: { ...config.refreshToken, sessionsPerUser: config.sessionsPerUser },
    }),
  )
  const identities = createIdentities({ database, cipher: createDataCipher(config.dataKeys) })

  const exchange = createExchange({ wechat, limits })
  const mergeTickets = createMergeTickets(database)
  const hasher = createPasswordHasher(config.passwordHash)
  const attempts = createPasswordAttempts(config.limits, counters)
  const passwords = createPasswords({ database, hasher, attempts })
  const bindWechat = createBindWechat({ database, identities, mergeTickets })
  const proveByCode = createProveByCode({ apps, exchange, identities })
  const keepRefusals = createKeepRefusals(database)
  const refuseUnknownInviter = createRefuseUnknownInviter(database)
  /** What all ways to log in need. */
  const entrance = {
    database,
    apps,
    exchange,
    identities,
    sessions,
    mergeTickets,
    keepRefusals,
    refuseUnknownInviter,
  }

  registerAuthentication(app, { accessTokens, revocationList, database })
  registerHealth(app, database)
  registerJsonWebKeySet(app, config.accessToken.keys)
  registerAuthRoutes(app, {
    login: metrics.watchLogin(createLogin(entrance)),
    sessions,
    revoke,
  })
  registerPasswordRoutes(app, {
    register: metrics.watchLogin(createRegister({ ...entrance, hasher })),
    passwordLogin: metrics.watchLogin(createPasswordLogin({ ...entrance, passwords, bindWechat, revoke })),
    changePassword: createChangePassword({ database, hasher, passwords, proveByCode, revoke }),
  })
  registerBindingRoutes(app, {
    apps,
    exchange,
    bindWechat,
    unbindWechat: createUnbindWechat({ revoke }),
    toUser,
  })
  registerMergeRoutes(app, {
    merge: createMerge({
      database,
      mergeTickets,
      movePhone: createMovePhone(config.dataKeys),
      passwords,
      proveByCode,
      sessions,
      revoke,
      limits,
    }),
  })
  registerAccountRoutes(app, {
    currentUser: createCurrentUser(database, toUser),
    renewWechatSession: createRenewWechatSession({ database, apps, wechat, identities }),
    devices: createDevices({ database, revoke }),
  })
  registerAdminRoutes(app, {
    users: createAdminUsers(database, toUser),
    acts: createActs({ database, revoke }),
  })
  return app
}
