import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { createCurrentUser } from './account/current-user.ts'
import { createDevices } from './account/devices.ts'
import { registerAccountRoutes } from './account/routes.ts'
import { createToUser } from './account/user-row.ts'
import { createRenewWechatSession } from './account/wechat-session.ts'
import { createActs } from './admin/acts.ts'
import { registerAdminRoutes } from './admin/routes.ts'
import { createAdminUsers } from './admin/users.ts'
import { createAccessTokens } from './auth/access-tokens.ts'
import { registerAuthentication } from './auth/authenticate.ts'
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
import type { Config } from './config.ts'
import { createAskAboutNickname } from './content/ask-about-nickname.ts'
import { createCheckAvatar, isReachableByWechat } from './content/check-avatar.ts'
import { createCheckNickname, createCheckNicknameAgain } from './content/check-nickname.ts'
import { createFindAuthor } from './content/find-author.ts'
import { createDataCipher } from './data-cipher.ts'
import type { Database } from './database/database.ts'
import { registerHealth } from './health.ts'
import { httpOptions, registerHttp } from './http.ts'
import { startJobs } from './jobs/jobs.ts'
import { createMemoryCounters } from './limits/counters.ts'
import { registerLimits } from './limits/limits.ts'
import { openRedisCounters } from './limits/redis-counters.ts'
import { createMetrics, type Metrics } from './metrics/metrics.ts'
import { registerProblems } from './problem.ts'
import { createAvatars } from './profile/avatars.ts'
import { createDefaultAvatarPicture } from './profile/default-avatar-picture.ts'
import { createToPicture } from './profile/picture.ts'
import { createProfile } from './profile/profile.ts'
import { registerProfileRoutes } from './profile/routes.ts'
import { proxyOptions, registerProxies } from './proxies.ts'
import { startRetention } from './retention.ts'
import { createDeleteFile } from './storage/delete-file.ts'
import { registerFiles } from './storage/files.ts'
import { openStorage } from './storage/open-storage.ts'
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
  const storage = await openStorage(config.storage)
  const toUser = createToUser(config.publicUrl)
  const accessTokens = await createAccessTokens(app, config)
  const refreshTokens = createRefreshTokens(config.refreshToken.keys)
  const revocationList = await openRevocationList({
    database,
    accessTokenLifetimeSeconds: config.accessToken.lifetimeSeconds,
    log,
  })
  const retention = startRetention({ database, config, log })
  const { contentCheck, publicUrl } = config
  const findAuthor = createFindAuthor(database, config.wechat.apps)
  const jobs = startJobs({
    database,
    handlers: {
      delete_file: createDeleteFile(database, storage),
      check_nickname: createCheckNickname({ database, findAuthor, wechat, contentCheck }),
      check_avatar: createCheckAvatar({ database, findAuthor, wechat, publicUrl }),
    },
    log,
  })
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
      checkNicknameAgain: createCheckNicknameAgain({ database, wake: jobs.wake, log }),
      config: { ...config.refreshToken, sessionsPerUser: config.sessionsPerUser },
    }),
  )
  const identities = createIdentities({ database, cipher: createDataCipher(config.dataKeys) })

  const keepRefusals = createKeepRefusals(database)
  const refuseUnknownInviter = createRefuseUnknownInviter(database)

  registerAuthentication(app, { accessTokens, revocationList, database })
  registerHealth(app, database)
  registerJsonWebKeySet(app, config.accessToken.keys)
  registerAuthRoutes(app, {
    login: metrics.watchLogin(
      createLogin({ apps, wechat, identities, sessions, limits, keepRefusals, refuseUnknownInviter }),
    ),
    sessions,
    revoke,
  })
  registerAccountRoutes(app, {
    currentUser: createCurrentUser(database, toUser),
    renewWechatSession: createRenewWechatSession({ database, apps, wechat, identities }),
    devices: createDevices({ database, revoke }),
  })
  registerProfileRoutes(app, {
    profile: createProfile({
      database,
      askAboutNickname: createAskAboutNickname({ apps, wechat, config }),
      jobs,
    }),
    avatars: createAvatars({
      database,
      storage,
      toPicture: createToPicture(),
      jobs,
      asksWechat: isReachableByWechat(publicUrl),
    }),
    limits,
    toUser,
  })
  registerFiles(app, { storage, defaultAvatarPicture: createDefaultAvatarPicture() })
  registerAdminRoutes(app, {
    users: createAdminUsers(database, toUser),
    acts: createActs({ database, revoke }),
  })
  return app
}
