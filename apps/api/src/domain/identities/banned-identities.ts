import type { DataCipher } from '../../infra/crypto/data-cipher.ts'
import type { LookupHash } from '../../infra/crypto/lookup-hash.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import type { Query } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import { currentStatus } from '../users/account-state.ts'
import type { WechatIdentity } from './wechat-identity.ts'

/**
 * Remembers who left while banned, until the ban ends, and nothing else of them: the openid as a keyed hash, and the
 * reason, which may name them, encrypted for whoever comes with that openid.
 */
export type BannedIdentities = {
  /** In the transaction in which the account goes. */
  keep(
    transaction: Prisma.TransactionClient,
    identities: WechatIdentity[],
    ban: { reason: string | null; until: Date | null },
  ): Promise<void>
  /**
   * Before somebody unknown is registered.
   *
   * @throws ApiError `account_banned`, with what the person may be told.
   */
  refuse(query: Query, identity: WechatIdentity): Promise<void>
}

export function createBannedIdentities({
  lookupHash,
  cipher,
}: {
  lookupHash: LookupHash
  cipher: DataCipher
}): BannedIdentities {
  const nameOf = ({ appId, openid }: WechatIdentity) => `${appId} ${openid}`
  const contextOf = (identity: WechatIdentity) => `ban ${nameOf(identity)}`

  return {
    async keep(transaction, identities, { reason, until }) {
      for (const identity of identities) {
        // Both under the first key.
        const { hash, keyId } = lookupHash.hash(nameOf(identity))
        const encrypted = reason === null ? null : cipher.encrypt(reason, contextOf(identity)).bytes
        const ban = {
          keyId,
          until,
          reason: encrypted && Buffer.from(encrypted).toString('base64'),
        }
        await transaction.bannedIdentity.upsert({
          where: { hash },
          create: { hash, ...ban },
          update: ban,
        })
      }
    },
    async refuse(query, identity) {
      const candidates = lookupHash.candidates(nameOf(identity))
      const [ban] = await query<{ key_id: string; reason: string | null; until: Date | null }>`
        SELECT key_id, reason, until FROM banned_identities
        WHERE hash = ANY(${candidates}::bytea[]) AND (until IS NULL OR until > ${new Date()})`
      if (!ban) return
      const encrypted = ban.reason && {
        bytes: new Uint8Array(Buffer.from(ban.reason, 'base64')),
        keyId: ban.key_id,
      }
      throw new ApiError('account_banned', {
        ban: { reason: encrypted && cipher.decrypt(encrypted, contextOf(identity)), until: ban.until },
      })
    },
  }
}

/** The ban that is in force, of a row of `users`. */
export function banOf({
  status,
  bannedReason: reason,
  bannedUntil: until,
}: {
  status: 'active' | 'banned' | 'deleted'
  bannedReason: string | null
  bannedUntil: Date | null
}): { reason: string | null; until: Date | null } | null {
  return currentStatus({ status, banned_until: until }) === 'banned' ? { reason, until } : null
}
