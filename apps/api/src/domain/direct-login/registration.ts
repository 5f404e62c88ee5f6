import { v7 as uuidv7 } from 'uuid'
import type { Query } from '../../infra/database/query.ts'
import type { PreparedAttempt } from '../identities/wechat-identities.ts'
import { identityLockKeys, sortedLockKeys } from '../locks.ts'
import type { SessionStart, SessionUser } from '../sessions/sessions.ts'
import { defaultNickname } from '../users/nickname.ts'
import { sessionUserColumns } from '../users/user.ts'
import type { LoginDetails } from './returning-login.ts'

/**
 * Registers a WeChat user in one statement, with the session. The function waits for the locks of the identity and looks
 * again: see its migration.
 *
 * @param bannedHashes under which a banned account with this identity would be stored.
 * @returns `undefined` where the identity is known by now, leads to an account by its unionid, or was banned; then nothing
 *   was inserted.
 */
export async function registerUser(
  query: Query,
  { bannedHashes, ...attempt }: PreparedAttempt & { bannedHashes: Uint8Array[] },
  { consent, device, wechatMs }: LoginDetails,
  { sessionId, now, expiresAt, endsAt }: SessionStart,
): Promise<SessionUser | undefined> {
  const { appId, openid, unionid, sharedAppIds, key, inviterId, ip } = attempt
  const { agreementVersion, privacyVersion } = consent.versions
  const userId = uuidv7()
  const auditData = { method: 'wechat', isNewUser: true, wechatMs }
  const [user] = await query<SessionUser>`
    SELECT ${sessionUserColumns} FROM register_wechat_user(
      lock_keys => ${sortedLockKeys(identityLockKeys(attempt))}::text[], identity_app_id => ${appId},
      identity_openid => ${openid}, identity_unionid => ${unionid}, shared_app_ids => ${sharedAppIds}::text[],
      banned_hashes => ${bannedHashes}::bytea[], new_session_key => ${key.bytes}, new_session_key_id => ${key.keyId},
      new_user_id => ${userId}::uuid, new_nickname => ${defaultNickname(userId)}, new_inviter_id => ${inviterId}::uuid,
      login_at => ${now}, login_ip => ${ip}::inet, new_session_id => ${sessionId}::uuid,
      session_expires_at => ${expiresAt}, session_ends_at => ${endsAt},
      new_device_model => ${device?.model}, new_device_system => ${device?.system},
      new_consent_id => ${uuidv7()}::uuid, consent_event_id => ${uuidv7()}::uuid,
      agreed_agreement => ${agreementVersion}, agreed_privacy => ${privacyVersion}, consent_method => ${consent.method},
      login_event_id => ${uuidv7()}::uuid, login_data => ${auditData}::jsonb) AS users`
  return user
}
