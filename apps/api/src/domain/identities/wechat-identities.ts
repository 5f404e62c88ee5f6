import { v7 as uuidv7 } from 'uuid'
import type { SharedApp } from '../../config/shared-apps.ts'
import type { DataCipher, Encrypted } from '../../infra/crypto.ts'
import type { Database } from '../../infra/database/client.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import { prismaQuery, type Query } from '../../infra/database/query.ts'
import type { Code2SessionResult } from '../../infra/wechat/login-code.ts'
import { ApiError } from '../../utils/api-error.ts'
import { appendAuditEntry } from '../audit/audit-log.ts'
import { acquireAdvisoryLocks, identityLockKeys } from '../locks.ts'
import type { RevocationBatch, SessionRevoker } from '../sessions/revoker.ts'
import { type AccountState, assertNotBanned, canLogInSql } from '../users/account-state.ts'
import { insertUser } from '../users/insert-user.ts'
import type { BannedIdentities } from './banned-identities.ts'
import { sessionKeyAad } from './session-keys.ts'
import { createSharedAccounts } from './shared-accounts.ts'
import type { WechatIdentity } from './wechat-identity.ts'

/** An identity that WeChat has verified by a code of `wx.login`. */
export type VerifiedWechatIdentity = Code2SessionResult & WechatIdentity

/** A login with an identity that WeChat has verified. */
export type LoginAttempt = VerifiedWechatIdentity & {
  /** Set: the login is rejected for any other user, and creates none. */
  expectedUserId: string | undefined
  /** The inviter of a user that this login creates. */
  inviterId: string | undefined
  /** What the user chose about their account in another mini program; undefined: not asked yet. */
  sharedAccount: 'join' | 'separate' | undefined
  ip: string
}

/** The same with the session_key encrypted, once for all statements that may store it. */
type WithKey<Verified extends VerifiedWechatIdentity> = Verified & { key: Encrypted }

/** A login attempt with what its statements store: the session_key encrypted, and the unionid only where it has a purpose. */
export type PreparedAttempt = WithKey<LoginAttempt> & {
  /** Whether the mini program shares accounts with others, and all that do. */
  sharesAccounts: boolean
  sharedAppIds: string[]
}

/** The user that a WeChat identity leads to. */
export type IdentityOwner = {
  userId: string
  /** By this very identity; otherwise by one with the same unionid in a mini program that shares its accounts. */
  matchedExactly: boolean
}

/** A verified phone number that takes part in a login. An error that it throws rolls the login back. */
export type PhoneClaim = {
  /** Acquired together with the advisory locks of the identity. */
  lockKey: string
  /** The account that a new WeChat identity is linked to, after its sessions ended; `null`: a user is created. */
  findAccount(transaction: Prisma.TransactionClient, end: RevocationBatch): Promise<string | null>
  /** Runs for the user of every successful login, whose row is locked. */
  apply(query: Query, userId: string): Promise<void>
}

type LoggedIn = { userId: string; isNewUser: boolean; hasNewUnionid: boolean }

export type Identities = {
  prepare(attempt: LoginAttempt): PreparedAttempt
  /**
   * Finds or creates the user of a login, safe under concurrent first logins. `DirectLogins` comes first where it can.
   *
   * @param phoneClaim applied in the transaction of the login.
   * @throws ApiError `account_banned`, `different_account`, `shared_account_choice`; then nothing has changed.
   */
  findOrCreateUser(
    attempt: PreparedAttempt,
    phoneClaim?: PhoneClaim,
  ): Promise<{
    userId: string
    isNewUser: boolean
    /** Whether the phone number linked a new WeChat identity to this account. */
    linkedByPhone: boolean
    /** Another account with the unionid that this login revealed. */
    otherUserId: string | null
  }>
  /** Another account with the unionid of a login, in a mini program that shares its accounts. */
  findOtherAccount(attempt: PreparedAttempt, userId: string): Promise<string | null>
  /** Asks before a phone code is used up. @throws ApiError `shared_account_choice`, `account_banned`. */
  assertSharedAccountChosen(
    attempt: Pick<LoginAttempt, 'appId' | 'openid' | 'unionid' | 'sharedAccount'>,
  ): Promise<void>
  /** Replaces the stored session_key of an identity; does nothing for an unknown identity. */
  storeSessionKey(wechatUser: VerifiedWechatIdentity): Promise<void>
  findOwner(wechatUser: VerifiedWechatIdentity): Promise<IdentityOwner | null>
  /** The same in a transaction; until it ends, no other transaction attaches the identity to a user. */
  findOwnerForUpdate(query: Query, wechatUser: VerifiedWechatIdentity): Promise<IdentityOwner | null>
  /**
   * Attaches an identity without an exact owner to a user; after `findOwnerForUpdate`.
   *
   * @throws ApiError `account_banned` when the identity's former account was deleted while banned.
   */
  attach(query: Query, wechatUser: VerifiedWechatIdentity, userId: string): Promise<void>
}

/** Maps WeChat identities to users. Raw SQL, since every login takes this path. */
export function createIdentities({
  database: { prisma, query, transaction },
  cipher,
  bannedIdentities,
  revoker,
  sharedApps,
}: {
  database: Database
  cipher: DataCipher
  bannedIdentities: Pick<BannedIdentities, 'assertNotBanned'>
  revoker: SessionRevoker
  sharedApps: SharedApp[] | null
}): Identities {
  const sharedAccounts = createSharedAccounts(sharedApps)

  /** Without the unionid where it has no purpose: 个人信息保护法 6. */
  const minimized = <Visitor extends { appId: string; unionid: string | null }>(visitor: Visitor): Visitor =>
    sharedAccounts.includes(visitor.appId) ? visitor : { ...visitor, unionid: null }

  /** `null` for an unknown identity. */
  async function loginExisting(query: Query, attempt: WithKey<LoginAttempt>): Promise<LoggedIn | null> {
    const { appId, openid, unionid, ip, key } = attempt
    const expected = attempt.expectedUserId ?? null
    const now = new Date()
    // `matched_user` is returned, so that a rejected login knows the reason without changing anything. The status is
    // checked again where this waited for a deletion, which must not leave the IP of this login behind.
    const [user] = await query<AccountState & { unionid: string | null }>`
      WITH matched_user AS (
        SELECT users.id, status, banned_reason, banned_until, unionid
        FROM wechat_identities JOIN users ON users.id = wechat_identities.user_id
        WHERE app_id = ${appId} AND openid = ${openid}
      ), allowed_user AS (
        SELECT id FROM matched_user
        WHERE ${canLogInSql('matched_user', now)} AND (${expected}::uuid IS NULL OR id = ${expected}::uuid)
      ), identity AS (
        UPDATE wechat_identities
        SET session_key_encrypted = ${key.bytes}, session_key_id = ${key.keyId}, session_key_updated_at = ${now},
            unionid = CASE WHEN ${sharedAccounts.includes(appId)}::boolean THEN COALESCE(${unionid}, unionid) END
        FROM allowed_user WHERE app_id = ${appId} AND openid = ${openid}
      ), login AS (
        UPDATE users SET last_login_at = ${now}, last_login_ip = ${ip}::inet FROM allowed_user
        WHERE users.id = allowed_user.id AND users.status <> 'deleted'
      )
      SELECT * FROM matched_user`
    if (!user) return null
    assertNotBanned(user)
    if (expected !== null && user.id !== expected)
      throw new ApiError('different_account', { userId: user.id })
    const hasNewUnionid = attempt.unionid !== null && user.unionid !== attempt.unionid
    return { userId: user.id, isNewUser: false, hasNewUnionid }
  }

  const loginOrRegister = (attempt: WithKey<LoginAttempt>): Promise<LoggedIn> =>
    transaction(async (query) => {
      await acquireAdvisoryLocks(query, identityLockKeys(attempt))
      return (
        (await loginExisting(query, attempt)) ??
        (await linkByUnionid(query, attempt)) ??
        (await register(query, attempt))
      )
    })

  const loginOrRegisterWithPhone = (
    attempt: WithKey<LoginAttempt>,
    phoneClaim: PhoneClaim,
  ): Promise<LoggedIn & { linkedByPhone: boolean }> =>
    revoker.inTransaction({ ip: attempt.ip }, async (transaction, batch) => {
      const query = prismaQuery(transaction)
      await acquireAdvisoryLocks(query, [...identityLockKeys(attempt), phoneClaim.lockKey])
      const existing = (await loginExisting(query, attempt)) ?? (await linkByUnionid(query, attempt))
      const claimedId = existing ? null : await phoneClaim.findAccount(transaction, batch)
      const claimed = claimedId === null ? null : await linkExistingAccount(query, attempt, claimedId)
      const loggedIn = existing ?? claimed ?? (await register(query, attempt))
      await phoneClaim.apply(query, loggedIn.userId)
      return { ...loggedIn, linkedByPhone: claimed !== null }
    })

  async function linkByUnionid(query: Query, attempt: WithKey<LoginAttempt>): Promise<LoggedIn | null> {
    const ownerId = await sharedAccounts.choose(query, attempt)
    if (ownerId === null) return null
    const { appId, ip } = attempt
    const data = { reason: 'shared_account' }
    await appendAuditEntry(query, { type: 'wechat_bound', userId: ownerId, ip, appId, data })
    return linkExistingAccount(query, attempt, ownerId)
  }

  async function linkExistingAccount(
    query: Query,
    attempt: WithKey<LoginAttempt>,
    userId: string,
  ): Promise<LoggedIn | null> {
    await insertIdentity(query, attempt, userId)
    return loginExisting(query, attempt)
  }

  async function register(query: Query, attempt: WithKey<LoginAttempt>): Promise<LoggedIn> {
    const userId = uuidv7()
    const { inviterId, ip } = attempt
    await insertUser(query, { id: userId, username: null, inviterId, ip, now: new Date() })
    await insertIdentity(query, attempt, userId)
    return { userId, isNewUser: true, hasNewUnionid: false }
  }

  async function insertIdentity(
    query: Query,
    wechatUser: WithKey<VerifiedWechatIdentity>,
    userId: string,
  ): Promise<void> {
    await bannedIdentities.assertNotBanned(query, wechatUser)
    const { appId, openid, unionid, key } = wechatUser
    const now = new Date()
    await query`
      INSERT INTO wechat_identities
        (app_id, openid, unionid, user_id, session_key_encrypted, session_key_id, session_key_updated_at, created_at)
      VALUES (${appId}, ${openid}, ${unionid}, ${userId}::uuid, ${key.bytes}, ${key.keyId}, ${now}, ${now})`
  }

  async function findOwner(
    query: Query,
    wechatUser: WechatIdentity & { unionid: string | null },
  ): Promise<IdentityOwner | null> {
    const { appId, openid } = wechatUser
    const [identity] = await query<{ user_id: string }>`
      SELECT user_id FROM wechat_identities WHERE app_id = ${appId} AND openid = ${openid}`
    if (identity) return { userId: identity.user_id, matchedExactly: true }
    const userId = await sharedAccounts.findOwner(query, wechatUser)
    return userId === null ? null : { userId, matchedExactly: false }
  }

  const encryptSessionKey = ({ sessionKey, ...identity }: WechatIdentity & { sessionKey: string }) =>
    cipher.encrypt(sessionKey, sessionKeyAad(identity))

  return {
    prepare: (attempt) => ({
      ...minimized(attempt),
      key: encryptSessionKey(attempt),
      sharesAccounts: sharedAccounts.includes(attempt.appId),
      sharedAppIds: sharedAccounts.appIds,
    }),
    async findOrCreateUser(attempt, phoneClaim) {
      const existing = phoneClaim ? null : await loginExisting(query, attempt)
      if (!existing && attempt.expectedUserId !== undefined) throw new ApiError('different_account')
      const loggedIn: LoggedIn & { linkedByPhone?: boolean } = phoneClaim
        ? await loginOrRegisterWithPhone(attempt, phoneClaim)
        : (existing ?? (await loginOrRegister(attempt)))
      const { userId, isNewUser, hasNewUnionid, linkedByPhone = false } = loggedIn
      const otherUserId = hasNewUnionid ? await sharedAccounts.findOwner(query, attempt, userId) : null
      return { userId, isNewUser, linkedByPhone, otherUserId }
    },
    findOtherAccount: (attempt, userId) => sharedAccounts.findOwner(query, attempt, userId),
    // A new unionid is left to the next login, which checks whether it leads to another account.
    async storeSessionKey({ appId, openid, sessionKey }) {
      const key = encryptSessionKey({ appId, openid, sessionKey })
      await prisma.wechatIdentity.updateMany({
        where: { appId, openid },
        data: { sessionKeyEncrypted: key.bytes, sessionKeyId: key.keyId, sessionKeyUpdatedAt: new Date() },
      })
    },
    async assertSharedAccountChosen(attempt) {
      const owner = await findOwner(query, attempt)
      if (owner && !owner.matchedExactly) await sharedAccounts.choose(query, attempt)
    },
    findOwner: (wechatUser) => findOwner(query, wechatUser),
    async findOwnerForUpdate(query, wechatUser) {
      await acquireAdvisoryLocks(query, identityLockKeys(minimized(wechatUser)))
      return findOwner(query, wechatUser)
    },
    attach: (query, wechatUser, userId) =>
      insertIdentity(query, { ...minimized(wechatUser), key: encryptSessionKey(wechatUser) }, userId),
  }
}
