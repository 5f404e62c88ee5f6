import Fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { createCurrentUser } from './account/current-user.ts'
import { createDevices } from './account/devices.ts'
import { createFindSession } from './account/find-session.ts'
import { createMergeTickets } from './account/merge-tickets.ts'
import { registerAccountRoutes } from './account/routes.ts'
import { createToUser } from './account/user-row.ts'
import { createTakeOverWechatProfile } from './account/wechat-profile.ts'
import { createRenewWechatSession } from './account/wechat-session.ts'
import { createActs } from './admin/acts.ts'
import { registerAdminRoutes } from './admin/routes.ts'
import { createResetSessionKeys } from './admin/session-key-reset.ts'
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
import { createSessionKeys } from './auth/session-keys.ts'
import { createSessions } from './auth/sessions.ts'
import { createBindWechat } from './binding/bind-wechat.ts'
import { createProveByCode } from './binding/prove-by-code.ts'
import { registerBindingRoutes } from './binding/routes.ts'
import { createUnbindWechat } from './binding/unbind-wechat.ts'
import type { Config } from './config.ts'
import { createAskAboutNickname } from './content/ask-about-nickname.ts'
import { createApplyAvatarVerdict } from './content/avatar-verdict.ts'
import { createCheckAvatar, isReachableByWechat } from './content/check-avatar.ts'
import { createCheckNickname, createCheckNicknameAgain } from './content/check-nickname.ts'
import { createFindAuthor } from './content/find-author.ts'
import { createDataCipher } from './data-cipher.ts'
import type { Database } from './database/database.ts'
import { registerHealth } from './health.ts'
import { httpOptions, registerHttp } from './http.ts'
import { startJobs } from './jobs/jobs.ts'
import { createBannedIdentities } from './leaving/banned-identities.ts'
import { createEraseAccount, createEraseAccountJob } from './leaving/erase.ts'
import { createExportAccount } from './leaving/export.ts'
import { createLeave } from './leaving/leave.ts'
import { registerLeavingRoutes } from './leaving/routes.ts'
import { createMemoryCounters } from './limits/counters.ts'
import { registerLimits } from './limits/limits.ts'
import { createPasswordAttempts } from './limits/password-attempts.ts'
import { openRedisCounters } from './limits/redis-counters.ts'
import { createLookupHash } from './lookup-hash.ts'
import { createMerge } from './merge/merge.ts'
import { registerMergeRoutes } from './merge/routes.ts'
import { createMetrics, type Metrics } from './metrics/metrics.ts'
import { createChangePassword } from './password/change-password.ts'
import { createPasswordHasher } from './password/password-hasher.ts'
import { createPasswordLogin } from './password/password-login.ts'
import { createPasswords } from './password/passwords.ts'
import { createRegister } from './password/register.ts'
import { registerPasswordRoutes } from './password/routes.ts'
import { createAccompanyByPhone } from './phone/accompany.ts'
import { createBindPhone } from './phone/bind-phone.ts'
import { startPhoneKeyRotation } from './phone/key-rotation.ts'
import { createPhoneLogin } from './phone/phone-login.ts'
import { createPhones } from './phone/phones.ts'
import { registerPhoneRoutes } from './phone/routes.ts'
import { createStoredNumbers } from './phone/stored-numbers.ts'
import { registerProblems } from './problem.ts'
import { createAvatars } from './profile/avatars.ts'
import { createDefaultAvatarPicture } from './profile/default-avatar-picture.ts'
import { createToPicture } from './profile/picture.ts'
import { createProfile } from './profile/profile.ts'
import { registerProfileRoutes } from './profile/routes.ts'
import { proxyOptions, registerProxies } from './proxies.ts'
import { createForgetWechatData } from './push/forget-wechat-data.ts'
import { createReceiveMessage } from './push/receive-message.ts'
import { registerPush } from './push/routes.ts'
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
  const phoneKeyRotation = startPhoneKeyRotation({ database, dataKeys: config.dataKeys, log })
  const revoke = createRevoke({ database, revocationList })
  const cipher = createDataCipher(config.dataKeys)
  const storedNumbers = createStoredNumbers(config.dataKeys)
  const bannedIdentities = createBannedIdentities({
    lookupHash: createLookupHash(config.dataKeys, 'banned identity'),
    cipher,
  })
  const eraseAccount = createEraseAccount({ storedNumbers, bannedIdentities, revoke })
  const { contentCheck, publicUrl } = config
  const findAuthor = createFindAuthor(database, config.wechat.apps)
  const jobs = startJobs({
    database,
    handlers: {
      delete_file: createDeleteFile(database, storage),
      avatar_verdict: createApplyAvatarVerdict({ database, contentCheck }),
      forget_wechat_data: createForgetWechatData(database),
      erase_account: createEraseAccountJob(eraseAccount, log),
      check_nickname: createCheckNickname({ database, findAuthor, wechat, contentCheck }),
      check_avatar: createCheckAvatar({ database, findAuthor, wechat, publicUrl }),
    },
    log,
  })
  // Before the database closes; a request that comes now is refused without the list.
  app.addHook('preClose', async () => {
    await Promise.all([revocationList.close(), retention.close(), phoneKeyRotation.close(), jobs.close()])
  })
  metrics.watchState({ revocationList, database })
  const counters = config.redisUrl ? await openRedisCounters(config.redisUrl, log) : createMemoryCounters()
  app.addHook('onClose', async () => counters.close())
  const limits = await registerLimits(app, { limits: config.limits, counters })
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
  const identities = createIdentities({ database, cipher, bannedIdentities })
  const sessionKeys = createSessionKeys({ database, cipher, apps, wechat })
  const findSession = createFindSession(database)
  const phones = createPhones(storedNumbers)
  const accompanyByPhone = createAccompanyByPhone({ phones, joinSeconds: config.phoneJoinSeconds })

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

  const askAboutNickname = createAskAboutNickname({ apps, wechat, config })

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
      findSession,
      mergeTickets,
      storedNumbers,
      passwords,
      proveByCode,
      sessions,
      revoke,
      limits,
    }),
  })
  registerAccountRoutes(app, {
    currentUser: createCurrentUser(database, toUser),
    renewWechatSession: createRenewWechatSession({ findSession, apps, wechat, identities, limits }),
    takeOverWechatProfile: createTakeOverWechatProfile({
      database,
      findSession,
      sessionKeys,
      askAboutNickname,
      limits,
      jobs,
      toUser,
    }),
    devices: createDevices({ database, revoke }),
  })
  registerPhoneRoutes(app, {
    bindPhone: createBindPhone({
      database,
      apps,
      wechat,
      findSession,
      sessionKeys,
      phones,
      mergeTickets,
      limits,
    }),
    phoneLogin: metrics.watchLogin(createPhoneLogin({ ...entrance, wechat, limits, accompanyByPhone })),
  })
  registerLeavingRoutes(app, {
    exportAccount: createExportAccount({
      database,
      storedNumbers,
      limits,
      toUser,
      publicUrl: config.publicUrl,
    }),
    leave: createLeave({ proveByCode, passwords, keepRefusals, eraseAccount }),
  })
  registerPush(app, createReceiveMessage({ config, database, wake: jobs.wake }))
  registerProfileRoutes(app, {
    profile: createProfile({
      database,
      findSession,
      askAboutNickname,
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
    resetSessionKeys: createResetSessionKeys({ database, sessionKeys }),
  })
  return app
}
