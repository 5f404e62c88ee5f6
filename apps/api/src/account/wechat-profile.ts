import type { User, WechatProfileBody } from '@repo/shared'
import { appendAuditEntry } from '../audit/audit-log.ts'
import type { Claims } from '../auth/access-tokens.ts'
import type { SessionKeys } from '../auth/session-keys.ts'
import type { WechatIdentity } from '../auth/wechat-identity.ts'
import type { Database } from '../database/database.ts'
import { ApiError } from '../problem.ts'
import { normalizeNickname } from '../profile/nickname.ts'
import {
  decryptOpenData,
  type EncryptedData,
  isSigned,
  readEncryptedData,
  refuseForeignOrStale,
} from '../wechat/open-data.ts'
import { refuseBanned } from './ban.ts'
import { defaultNickname } from './default-nickname.ts'
import type { FindSession } from './find-session.ts'
import type { ToUser, UserRow } from './user-row.ts'

/**
 * Takes over what WeChat says of a person, where they have chosen nothing themselves. The picture is not: its URL comes
 * from the client.
 *
 * @throws ApiError `session_key_expired`, `open_data_invalid`, `invalid_request`, `wechat_…`, `session_revoked`,
 *   `account_banned`; then nothing was changed.
 */
export type TakeOverWechatProfile = (claims: Claims, body: WechatProfileBody, ip: string) => Promise<User>

/** What is taken over; `null`: nothing. */
type WechatProfile = { nickname: string | null; gender: 'male' | 'female' | null }

/** What WeChat calls everybody since 2022. */
const anonymousName = '微信用户'
const genders: Record<number, WechatProfile['gender']> = { 1: 'male', 2: 'female' }

export function createTakeOverWechatProfile({
  database: { transaction },
  findSession,
  sessionKeys,
  toUser,
}: {
  database: Database
  findSession: FindSession
  sessionKeys: SessionKeys
  toUser: ToUser
}): TakeOverWechatProfile {
  async function verify(identity: WechatIdentity | null, body: WechatProfileBody): Promise<WechatProfile> {
    const encrypted = encryptedOf(body)
    const sessionKey = await sessionKeys.current(identity)
    // Without an identity there is no key.
    if (!identity) throw new ApiError('session_key_expired')
    if (!isSigned(body.rawData, body.signature, sessionKey)) await refuseUnsigned(identity, sessionKey)
    if (encrypted) refuseForeign(encrypted, identity, sessionKey)
    return readProfile(body.rawData)
  }

  /** Whether to log in again or not to try again: WeChat knows whose fault it is. */
  async function refuseUnsigned(identity: WechatIdentity, sessionKey: string): Promise<never> {
    if (await sessionKeys.isValid(identity, sessionKey))
      throw new ApiError('open_data_invalid', { detail: 'the signature does not fit rawData' })
    throw new ApiError('session_key_expired', { detail: 'WeChat has replaced the stored session_key' })
  }

  return async (claims, body, ip) => {
    const { sub: userId } = claims
    const { identity } = await findSession(claims)
    const profile = await verify(identity, body)
    return transaction(async (query) => {
      const [user] = await query<UserRow>`SELECT * FROM users WHERE id = ${userId}::uuid FOR NO KEY UPDATE`
      if (!user) throw new ApiError('session_revoked')
      refuseBanned(user)
      const hasChosen = user.nickname !== null && user.nickname !== defaultNickname(userId)
      const nickname = hasChosen ? null : profile.nickname
      const gender = user.gender === null ? profile.gender : null
      if (nickname === null && gender === null) return toUser(user)
      // The name is checked as any that could not be checked at once.
      const [changed] = await query<UserRow>`
        UPDATE users SET nickname = COALESCE(${nickname}, nickname), gender = COALESCE(${gender}::gender, gender),
          nickname_unchecked = nickname_unchecked OR ${nickname !== null}
        WHERE id = ${userId}::uuid RETURNING *`
      const data = { nickname: nickname !== null, gender: gender !== null, from: 'wechat' }
      await appendAuditEntry(query, { type: 'profile_changed', userId, ip, data })
      return toUser(changed ?? user)
    })
  }
}

function encryptedOf({ encryptedData, iv }: WechatProfileBody): EncryptedData | null {
  if (encryptedData === undefined && iv === undefined) return null
  if (encryptedData !== undefined && iv !== undefined) return readEncryptedData({ encryptedData, iv })
  throw new ApiError('invalid_request', { detail: 'body must have both encryptedData and iv, or neither' })
}

/** What `wx.getUserProfile` encrypts has no openId. */
function refuseForeign(
  encrypted: EncryptedData,
  { appId, openid }: WechatIdentity,
  sessionKey: string,
): void {
  const data = decryptOpenData(encrypted, sessionKey)
  if (!data)
    throw new ApiError('session_key_expired', { detail: 'the stored session_key does not open the data' })
  refuseForeignOrStale(data, appId)
  if (data.openId !== undefined && data.openId !== openid)
    throw new ApiError('open_data_invalid', { detail: 'the data belong to another person' })
}

function readProfile(rawData: string): WechatProfile {
  let data: unknown
  try {
    data = JSON.parse(rawData)
  } catch {
    throw new ApiError('open_data_invalid', { detail: 'rawData is not JSON' })
  }
  const { nickName, gender } = (data ?? {}) as Record<string, unknown>
  if (nickName === anonymousName) return { nickname: null, gender: null }
  return {
    nickname: typeof nickName === 'string' ? normalizeNickname(nickName) : null,
    gender: genders[Number(gender)] ?? null,
  }
}
