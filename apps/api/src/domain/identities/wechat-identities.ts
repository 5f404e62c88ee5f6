import { v7 as uuidv7 } from 'uuid'
import type { DataCipher, Encrypted } from '../../infra/crypto/data-cipher.ts'
import { lockNames } from '../../infra/database/advisory-locks.ts'
import type { Database } from '../../infra/database/client.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import { type Query, queryIn } from '../../infra/database/query.ts'
import type { WechatPerson } from '../../infra/wechat/login-code.ts'
import { ApiError } from '../../utils/api-error.ts'
import type { Ending, Revoke } from '../sessions/revoker.ts'
import { type Admission, isAdmitted, refuseBanned } from '../users/account-state.ts'
import { defaultNickname } from '../users/default-nickname.ts'
import { existingInviter } from '../users/inviter.ts'
import type { BannedIdentities } from './banned-identities.ts'
import { contextOfSessionKey } from './session-keys.ts'
import { lockNamesOf, type WechatIdentity } from './wechat-identity.ts'

/** Somebody whom WeChat has vouched for, at the door. */
export type Arrival = VouchedPerson & {
  /** Whoever else stands at the door is refused, and nobody is registered. */
  expectedUserId: string | undefined
  /** Who brought them here; for somebody who is registered now. */
  inviterId: string | undefined
  ip: string
}

/** Somebody whom WeChat has vouched for, in one of our mini programs. */
export type VouchedPerson = WechatPerson & WechatIdentity

/** The same with the session_key encrypted, once for all statements that may store it. */
type WithKey<Person extends VouchedPerson> = Person & { key: Encrypted }

/** A user who is found by a WeChat identity. */
export type Owner = {
  userId: string
  /** By this very identity; else by another mini program's, through the unionid. */
  isBound: boolean
}

/** What somebody brings along that has a say in who they are, such as a phone number. What it throws undoes everything. */
export type Companion = {
  /** Held together with the locks of the person. */
  lockName: string
  /** The account that a new WeChat user joins, after ending its sessions; `null`: the user is registered. */
  findAccount(transaction: Prisma.TransactionClient, end: Ending): Promise<string | null>
  /** For whoever is in, by whichever way; the row of the user is locked. */
  settle(query: Query, userId: string): Promise<void>
}

/** Whom a login has found. */
type Found = { userId: string; isNewUser: boolean; hasNewUnionid: boolean }

export type Identities = {
  /**
   * @param companion settled in the transaction of the login; without one, a person who returns costs one statement.
   * @throws ApiError `account_banned`, `different_account`; then nothing was changed.
   */
  logIn(
    arrival: Arrival,
    companion?: Companion,
  ): Promise<{
    userId: string
    isNewUser: boolean
    /** Whether the companion led a WeChat user who is new here to this account. */
    hasJoined: boolean
    /** Another account, whose person WeChat says this is since it told the unionid with this login. */
    otherUserId: string | null
  }>
  /** Replaces the session_key that is kept for a person; of somebody unknown nothing is kept. */
  storeSessionKey(person: VouchedPerson): Promise<void>
  /** Who of our users a person is. */
  ownerOf(person: VouchedPerson): Promise<Owner | null>
  /** The same in a transaction, until whose end nobody else binds or registers the person. */
  lockOwnerOf(query: Query, person: VouchedPerson): Promise<Owner | null>
  /**
   * Binds a person who has no owner by this identity; after `lockOwnerOf`.
   *
   * @throws ApiError `account_banned` where the person left while banned.
   */
  add(query: Query, person: VouchedPerson, userId: string): Promise<void>
}

/**
 * Who of our users stands behind an openid. One statement for a person who returns; raw SQL, since this is the
 * path that every login takes.
 */
export function createIdentities({
  database: { prisma, query, transaction },
  cipher,
  bannedIdentities,
  revoke,
}: {
  database: Database
  cipher: DataCipher
  bannedIdentities: Pick<BannedIdentities, 'refuse'>
  revoke: Revoke
}): Identities {
  async function logInKnown(query: Query, arrival: WithKey<Arrival>): Promise<Found | null> {
    const { appId, openid, unionid, ip, key } = arrival
    const expected = arrival.expectedUserId ?? null
    const now = new Date()
    // `person` is read first and returned, so that a refused login can say why although it changes nothing. The status
    // is looked at again where this waited for an deletion, which must not leave the address of this login behind.
    const [user] = await query<Admission & { unionid: string | null }>`
      WITH person AS (
        SELECT users.id, status, banned_reason, banned_until, unionid
        FROM wechat_identities JOIN users ON users.id = wechat_identities.user_id
        WHERE app_id = ${appId} AND openid = ${openid}
      ), welcome AS (
        SELECT id FROM person AS users WHERE ${isAdmitted(now)} AND (${expected}::uuid IS NULL OR id = ${expected}::uuid)
      ), identity AS (
        UPDATE wechat_identities
        SET session_key_encrypted = ${key.bytes}, session_key_id = ${key.keyId}, session_key_updated_at = ${now},
            unionid = COALESCE(${unionid}, unionid)
        FROM welcome WHERE app_id = ${appId} AND openid = ${openid}
      ), login AS (
        UPDATE users SET last_login_at = ${now}, last_login_ip = ${ip}::inet FROM welcome
        WHERE users.id = welcome.id AND users.status <> 'deleted'
      )
      SELECT * FROM person`
    if (!user) return null
    refuseBanned(user)
    if (expected !== null && user.id !== expected)
      throw new ApiError('different_account', { userId: user.id })
    const hasNewUnionid = arrival.unionid !== null && user.unionid !== arrival.unionid
    return { userId: user.id, isNewUser: false, hasNewUnionid }
  }

  const findOrRegister = (arrival: WithKey<Arrival>): Promise<Found> =>
    transaction(async (query) => {
      await lockNames(query, lockNamesOf(arrival))
      return (
        (await logInKnown(query, arrival)) ??
        (await joinByUnionid(query, arrival)) ??
        (await register(query, arrival))
      )
    })

  /** The same, where the companion has a say. */
  const findWith = (
    companion: Companion,
    arrival: WithKey<Arrival>,
  ): Promise<Found & { hasJoined: boolean }> =>
    revoke.within({ ip: arrival.ip }, async (transaction, end) => {
      const query = queryIn(transaction)
      await lockNames(query, [...lockNamesOf(arrival), companion.lockName])
      const known = (await logInKnown(query, arrival)) ?? (await joinByUnionid(query, arrival))
      const joinedId = known ? null : await companion.findAccount(transaction, end)
      const joined = joinedId === null ? null : await join(query, arrival, joinedId)
      const found = known ?? joined ?? (await register(query, arrival))
      await companion.settle(query, found.userId)
      return { ...found, hasJoined: joined !== null }
    })

  async function joinByUnionid(query: Query, arrival: WithKey<Arrival>): Promise<Found | null> {
    const owner = await findOwnerOfUnionid(query, arrival.unionid)
    return owner === null ? null : join(query, arrival, owner)
  }

  /** Gives an identity that is new to an account that is not. */
  async function join(query: Query, arrival: WithKey<Arrival>, owner: string): Promise<Found | null> {
    await addIdentity(query, arrival, owner)
    return logInKnown(query, arrival)
  }

  async function register(query: Query, arrival: WithKey<Arrival>): Promise<Found> {
    const userId = uuidv7()
    const now = new Date()
    await query`
      INSERT INTO users (id, nickname, inviter_id, registered_at, last_login_at, last_login_ip)
      VALUES (${userId}::uuid, ${defaultNickname(userId)}, ${existingInviter(arrival.inviterId)}, ${now}, ${now},
        ${arrival.ip}::inet)`
    await addIdentity(query, arrival, userId)
    return { userId, isNewUser: true, hasNewUnionid: false }
  }

  async function addIdentity(query: Query, person: WithKey<VouchedPerson>, userId: string): Promise<void> {
    await bannedIdentities.refuse(query, person)
    const { appId, openid, unionid, key } = person
    const now = new Date()
    await query`
      INSERT INTO wechat_identities
        (app_id, openid, unionid, user_id, session_key_encrypted, session_key_id, session_key_updated_at, created_at)
      VALUES (${appId}, ${openid}, ${unionid}, ${userId}::uuid, ${key.bytes}, ${key.keyId}, ${now}, ${now})`
  }

  const encryptSessionKey = ({ sessionKey, ...identity }: WechatIdentity & { sessionKey: string }) =>
    cipher.encrypt(sessionKey, contextOfSessionKey(identity))

  return {
    async logIn(arrival, companion) {
      const arrived = { ...arrival, key: encryptSessionKey(arrival) }
      const known = companion ? null : await logInKnown(query, arrived)
      if (!known && arrival.expectedUserId !== undefined) throw new ApiError('different_account')
      const found: Found & { hasJoined?: boolean } = companion
        ? await findWith(companion, arrived)
        : (known ?? (await findOrRegister(arrived)))
      const { userId, isNewUser, hasNewUnionid, hasJoined = false } = found
      const otherUserId = hasNewUnionid ? await findOtherOwner(query, arrival.unionid, userId) : null
      return { userId, isNewUser, hasJoined, otherUserId }
    },
    // A unionid that comes along is left to the next login, which looks whether it leads to another account.
    async storeSessionKey({ appId, openid, sessionKey }) {
      const key = encryptSessionKey({ appId, openid, sessionKey })
      await prisma.wechatIdentity.updateMany({
        where: { appId, openid },
        data: { sessionKeyEncrypted: key.bytes, sessionKeyId: key.keyId, sessionKeyUpdatedAt: new Date() },
      })
    },
    ownerOf: (person) => findOwner(query, person),
    async lockOwnerOf(query, person) {
      await lockNames(query, lockNamesOf(person))
      return findOwner(query, person)
    },
    add: (query, person, userId) => addIdentity(query, { ...person, key: encryptSessionKey(person) }, userId),
  }
}

/** The user whom another mini program of ours knows by the same unionid. */
async function findOwnerOfUnionid(query: Query, unionid: string | null): Promise<string | null> {
  if (unionid === null) return null
  const [identity] = await query<{ user_id: string }>`
    SELECT user_id FROM wechat_identities WHERE unionid = ${unionid} ORDER BY created_at LIMIT 1`
  return identity?.user_id ?? null
}

/** Whoever else has this unionid. */
async function findOtherOwner(query: Query, unionid: string | null, userId: string): Promise<string | null> {
  const [identity] = await query<{ user_id: string }>`
    SELECT user_id FROM wechat_identities WHERE unionid = ${unionid} AND user_id <> ${userId}::uuid
    ORDER BY created_at LIMIT 1`
  return identity?.user_id ?? null
}

async function findOwner(query: Query, { appId, openid, unionid }: VouchedPerson): Promise<Owner | null> {
  const [identity] = await query<{ user_id: string; is_bound: boolean }>`
    SELECT user_id, app_id = ${appId} AND openid = ${openid} AS is_bound FROM wechat_identities
    WHERE (app_id = ${appId} AND openid = ${openid}) OR unionid = ${unionid}
    ORDER BY is_bound DESC, created_at LIMIT 1`
  return identity ? { userId: identity.user_id, isBound: identity.is_bound } : null
}
