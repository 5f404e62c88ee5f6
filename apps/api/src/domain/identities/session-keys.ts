import type { DataCipher } from '../../infra/crypto.ts'
import type { Database } from '../../infra/database/client.ts'
import type { WechatApps } from '../../infra/wechat/apps.ts'
import type { WechatClient } from '../../infra/wechat/client.ts'
import type { WechatIdentity } from './wechat-identity.ts'

/** The session_keys of WeChat identities. */
export type SessionKeys = {
  /**
   * The valid session_key of an identity; `null` without a valid one. WeChat validates an old one before the caller looks at
   * the encrypted data, so that the duration tells nothing about them.
   */
  getValidKey(identity: WechatIdentity | null): Promise<string | null>
  /**
   * Has WeChat replace the stored key. A key that is not WeChat's valid one any more is dropped.
   *
   * @throws ApiError `wechat_…`; the stored key may be invalid then, which a second attempt detects.
   */
  reset(identity: WechatIdentity): Promise<'reset' | 'dropped'>
}

/** Binds the ciphertext of a session_key to its identity. */
export const sessionKeyAad = ({ appId, openid }: WechatIdentity) => `session_key ${appId} ${openid}`

/** Active users log in more often than that, so their keys cost no call to WeChat. */
const maximumUnverifiedAgeMs = 24 * 60 * 60 * 1000

export function createSessionKeys({
  database: { prisma },
  cipher,
  apps,
  wechat,
}: {
  database: Database
  cipher: DataCipher
  apps: WechatApps
  wechat: WechatClient
}): SessionKeys {
  async function find(identity: WechatIdentity) {
    const row = await prisma.wechatIdentity.findUnique({ where: { openid_appId: identity } })
    if (!row) return null
    const encrypted = { bytes: row.sessionKeyEncrypted, keyId: row.sessionKeyId }
    return {
      sessionKey: cipher.decrypt(encrypted, sessionKeyAad(identity)),
      updatedAt: row.sessionKeyUpdatedAt,
    }
  }

  return {
    async getValidKey(identity) {
      const stored = identity && (await find(identity))
      if (!identity || !stored?.sessionKey) return null
      const { sessionKey, updatedAt } = stored
      if (Date.now() - updatedAt.getTime() <= maximumUnverifiedAgeMs) return sessionKey
      const { appId, openid } = identity
      return (await wechat.checkSessionKey(apps.find(appId), { openid, sessionKey })) ? sessionKey : null
    },
    async reset(identity) {
      const { appId, openid } = identity
      const stored = await find(identity)
      const renewed = stored?.sessionKey
        ? await wechat.resetSessionKey(apps.find(appId), { openid, sessionKey: stored.sessionKey })
        : null
      // An empty string is no key. A newer key from a concurrent login stays.
      const { bytes, keyId } = cipher.encrypt(renewed ?? '', sessionKeyAad(identity))
      await prisma.wechatIdentity.updateMany({
        where: { ...identity, ...(stored ? { sessionKeyUpdatedAt: stored.updatedAt } : {}) },
        data: { sessionKeyEncrypted: bytes, sessionKeyId: keyId, sessionKeyUpdatedAt: new Date() },
      })
      return renewed === null ? 'dropped' : 'reset'
    },
  }
}
