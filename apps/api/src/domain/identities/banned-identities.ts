import type { DataCipher, LookupHash } from '../../infra/crypto.ts'
import type { Prisma } from '../../infra/database/generated/client.ts'
import type { Query } from '../../infra/database/query.ts'
import { ApiError } from '../../utils/api-error.ts'
import { effectiveStatus } from '../users/account-state.ts'
import type { WechatIdentity } from './wechat-identity.ts'

/**
 * Stores the ban of a deleted account until it ends: the openid as a keyed hash, and the reason, which may name the user,
 * encrypted. Nothing else of the user stays.
 */
export type BannedIdentities = {
  /** For the transaction that deletes the account. */
  store(
    transaction: Prisma.TransactionClient,
    identities: WechatIdentity[],
    ban: { reason: string | null; until: Date | null },
  ): Promise<void>
  /** The hashes under which a ban of this identity may be stored. */
  candidates(identity: WechatIdentity): Uint8Array[]
  /**
   * To be called before an unknown identity is attached to a user.
   *
   * @throws ApiError `account_banned` with the reason and the end of the ban.
   */
  assertNotBanned(query: Query, identity: WechatIdentity): Promise<void>
}

export function createBannedIdentities({
  lookupHash,
  cipher,
}: {
  lookupHash: LookupHash
  cipher: DataCipher
}): BannedIdentities {
  const keyOf = ({ appId, openid }: WechatIdentity) => `${appId} ${openid}`
  const aadOf = (identity: WechatIdentity) => `ban ${keyOf(identity)}`

  return {
    async store(transaction, identities, { reason, until }) {
      for (const identity of identities) {
        // Hash and reason are both under the first key.
        const { hash, keyId } = lookupHash.hash(keyOf(identity))
        const encrypted = reason === null ? null : cipher.encrypt(reason, aadOf(identity)).bytes
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
    candidates: (identity) => lookupHash.candidates(keyOf(identity)),
    async assertNotBanned(query, identity) {
      const candidates = lookupHash.candidates(keyOf(identity))
      const [ban] = await query<{ key_id: string; reason: string | null; until: Date | null }>`
        SELECT key_id, reason, until FROM banned_identities
        WHERE hash = ANY(${candidates}::bytea[]) AND (until IS NULL OR until > ${new Date()})`
      if (!ban) return
      const encrypted = ban.reason && {
        bytes: new Uint8Array(Buffer.from(ban.reason, 'base64')),
        keyId: ban.key_id,
      }
      throw new ApiError('account_banned', {
        ban: { reason: encrypted && cipher.decrypt(encrypted, aadOf(identity)), until: ban.until },
      })
    },
  }
}

/** The ban in force of a row of `users`. */
export function banOf({
  status,
  bannedReason: reason,
  bannedUntil: until,
}: {
  status: 'active' | 'banned' | 'deleted'
  bannedReason: string | null
  bannedUntil: Date | null
}): { reason: string | null; until: Date | null } | null {
  return effectiveStatus({ status, banned_until: until }) === 'banned' ? { reason, until } : null
}
