import type { DataCipher } from '../../infra/crypto/data-cipher.ts'
import type { Database } from '../../infra/database/client.ts'
import type { WechatApps } from '../../infra/wechat/apps.ts'
import type { WechatClient } from '../../infra/wechat/client.ts'
import type { WechatIdentity } from './wechat-identity.ts'

/** The session_keys that came with logins. */
export type SessionKeys = {
  /**
   * The key that opens what the user's phone got of WeChat; `null` where there is none that is valid. WeChat is asked
   * about an old one, before the data are looked at: how long that takes says nothing of them.
   *
   * @throws ApiError `wechat_…`.
   */
  current(identity: WechatIdentity | null): Promise<string | null>
  /**
   * Has WeChat replace the stored key. What is not WeChat's valid key any more is dropped, since somebody else may
   * have it: `dropped`.
   *
   * @throws ApiError `wechat_…`; then the stored key may be dead, and a second try finds that out.
   */
  reset(identity: WechatIdentity): Promise<'reset' | 'dropped'>
}

/** Binds the ciphertext of a session_key to its person. */
export const contextOfSessionKey = ({ appId, openid }: WechatIdentity) => `session_key ${appId} ${openid}`

/** Whoever uses a mini program logs in more often than that, and their key then costs no call to WeChat. */
const ageToBeCheckedMs = 24 * 60 * 60 * 1000

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
    const row = await prisma.wechatIdentity.findUnique({ where: { appId_openid: identity } })
    if (!row) return null
    const encrypted = { bytes: row.sessionKeyEncrypted, keyId: row.sessionKeyId }
    return {
      sessionKey: cipher.decrypt(encrypted, contextOfSessionKey(identity)),
      updatedAt: row.sessionKeyUpdatedAt,
    }
  }

  return {
    async current(identity) {
      const stored = identity && (await find(identity))
      if (!identity || !stored?.sessionKey) return null
      const { sessionKey, updatedAt } = stored
      if (Date.now() - updatedAt.getTime() <= ageToBeCheckedMs) return sessionKey
      const { appId, openid } = identity
      return (await wechat.checkSessionKey(apps.find(appId), { openid, sessionKey })) ? sessionKey : null
    },
    async reset(identity) {
      const { appId, openid } = identity
      const stored = await find(identity)
      const renewed = stored?.sessionKey
        ? await wechat.resetSessionKey(apps.find(appId), { openid, sessionKey: stored.sessionKey })
        : null
      // An empty text is no key. A login that came in between has brought a newer one, which stays.
      const { bytes, keyId } = cipher.encrypt(renewed ?? '', contextOfSessionKey(identity))
      await prisma.wechatIdentity.updateMany({
        where: { ...identity, ...(stored ? { sessionKeyUpdatedAt: stored.updatedAt } : {}) },
        data: { sessionKeyEncrypted: bytes, sessionKeyId: keyId, sessionKeyUpdatedAt: new Date() },
      })
      return renewed === null ? 'dropped' : 'reset'
    },
  }
}
