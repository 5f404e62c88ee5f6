import { v7 as uuidv7 } from 'uuid'
import { type Admission, isAdmitted, refuseBanned } from '../account/ban.ts'
import { defaultNickname } from '../account/default-nickname.ts'
import type { DataCipher } from '../data-cipher.ts'
import type { Database } from '../database/database.ts'
import type { Query } from '../database/query.ts'
import type { BannedIdentities } from '../leaving/banned-identities.ts'
import { ApiError } from '../problem.ts'
import type { WechatPerson } from '../wechat/client.ts'

/** Somebody whom WeChat has vouched for, at the door. */
export type Arrival = WechatPerson & {
  appId: string
  /** Whoever else stands at the door is refused, and nobody is registered. */
  expectedUserId: string | undefined
  /** Who brought them here; for somebody who is registered now. */
  inviterId: string | undefined
  ip: string
}

export type Identities = {
  /** @throws ApiError `account_banned`, `different_account`; then nothing was changed. */
  logIn(arrival: Arrival): Promise<{ userId: string; isNewUser: boolean }>
  /** Replaces the session_key that is kept for a person. */
  storeSessionKey(person: WechatPerson & { appId: string }): Promise<void>
}

/**
 * Who of our users stands behind an openid. One statement for a person who returns; raw SQL, since this is the
 * path that every login takes.
 */
export function createIdentities({
  database: { prisma, query, transaction },
  cipher,
  bannedIdentities,
}: {
  database: Database
  cipher: DataCipher
  bannedIdentities: Pick<BannedIdentities, 'refuse'>
}): Identities {
  async function logInKnown(query: Query, arrival: Arrival): Promise<string | null> {
    const { appId, openid, unionid, ip } = arrival
    const expected = arrival.expectedUserId ?? null
    const key = encryptSessionKey(arrival)
    const now = new Date()
    // `person` is read first and returned, so that a refused login can say why although it changes nothing. The status
    // is looked at again where this waited for an erasure, which must not leave the address of this login behind.
    const [user] = await query<Admission>`
      WITH person AS (
        SELECT users.id, status, banned_reason, banned_until
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
        WHERE users.id = welcome.id AND users.status <> 'erased'
      )
      SELECT * FROM person`
    if (!user) return null
    refuseBanned(user)
    if (expected !== null && user.id !== expected)
      throw new ApiError('different_account', { userId: user.id })
    return user.id
  }

  async function register(arrival: Arrival): Promise<{ userId: string; isNewUser: boolean }> {
    return transaction(async (query) => {
      await lockPerson(query, arrival)
      const known = await logInKnown(query, arrival)
      if (known) return { userId: known, isNewUser: false }
      await bannedIdentities.refuse(query, arrival)
      const owner = await findOwnerOfUnionid(query, arrival.unionid)
      if (owner) {
        await addIdentity(query, arrival, owner)
        const userId = await logInKnown(query, arrival)
        if (userId) return { userId, isNewUser: false }
      }
      const userId = uuidv7()
      const now = new Date()
      await query`
        INSERT INTO users (id, nickname, inviter_id, registered_at, last_login_at, last_login_ip)
        VALUES (${userId}::uuid, ${defaultNickname(userId)}, ${arrival.inviterId}::uuid, ${now}, ${now},
          ${arrival.ip}::inet)`
      await addIdentity(query, arrival, userId)
      return { userId, isNewUser: true }
    })
  }

  async function addIdentity(query: Query, arrival: Arrival, userId: string): Promise<void> {
    const key = encryptSessionKey(arrival)
    const now = new Date()
    await query`
      INSERT INTO wechat_identities
        (app_id, openid, unionid, user_id, session_key_encrypted, session_key_id, session_key_updated_at, created_at)
      VALUES (${arrival.appId}, ${arrival.openid}, ${arrival.unionid}, ${userId}::uuid, ${key.bytes}, ${key.keyId}, ${now}, ${now})`
  }

  const encryptSessionKey = ({
    appId,
    openid,
    sessionKey,
  }: {
    appId: string
    openid: string
    sessionKey: string
  }) => cipher.encrypt(sessionKey, `session_key ${appId} ${openid}`)

  return {
    async logIn(arrival) {
      const userId = await logInKnown(query, arrival)
      if (userId) return { userId, isNewUser: false }
      if (arrival.expectedUserId !== undefined) throw new ApiError('different_account')
      return register(arrival)
    },
    async storeSessionKey({ appId, openid, unionid, sessionKey }) {
      const key = encryptSessionKey({ appId, openid, sessionKey })
      await prisma.wechatIdentity.updateMany({
        where: { appId, openid },
        data: {
          sessionKeyEncrypted: key.bytes,
          sessionKeyId: key.keyId,
          sessionKeyUpdatedAt: new Date(),
          ...(unionid === null ? {} : { unionid }),
        },
      })
    },
  }
}

/**
 * Two first logins of one person must not both find nobody. They queue here, on the openid and on the unionid,
 * since either may lead to an existing user; in sorted order, so that two of them cannot wait for each other.
 */
async function lockPerson(query: Query, { appId, openid, unionid }: Arrival): Promise<void> {
  const names = [`openid ${appId} ${openid}`, ...(unionid === null ? [] : [`unionid ${unionid}`])].sort()
  for (const name of names) await query`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`
}

/** The user whom another mini program of ours knows by the same unionid. */
async function findOwnerOfUnionid(query: Query, unionid: string | null): Promise<string | null> {
  if (unionid === null) return null
  const [identity] = await query<{ user_id: string }>`
    SELECT user_id FROM wechat_identities WHERE unionid = ${unionid} ORDER BY created_at LIMIT 1`
  return identity?.user_id ?? null
}
