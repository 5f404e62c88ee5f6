import type { RefreshResult } from '@repo/shared'
import type { Database } from '../../infra/database/client.ts'
import type { BannedIdentities } from '../identities/banned-identities.ts'
import type { Identities, PreparedAttempt } from '../identities/wechat-identities.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { registerUser } from './registration.ts'
import { type LoginDetails, logInReturningUser } from './returning-login.ts'

/** The logins with WeChat that need one statement, which are nearly all. */
export type DirectLogins = {
  /**
   * Logs in a returning user, or registers a new one, and creates the session.
   *
   * @returns `null` where that takes more: a rejection with its reason, a newer consent, a question to the user. Then no
   *   session was created, and `Identities.findOrCreateUser` and `Sessions.create` go on.
   */
  logIn(attempt: PreparedAttempt, details: LoginDetails): Promise<DirectLogin | null>
}

export type DirectLogin = {
  tokens: RefreshResult
  isNewUser: boolean
  /** Another account with the unionid that this login revealed. */
  otherUserId: string | null
}

export function createDirectLogins({
  database: { query },
  sessions,
  identities,
  bannedIdentities,
}: {
  database: Pick<Database, 'query'>
  sessions: Pick<Sessions, 'start' | 'complete'>
  identities: Pick<Identities, 'findOtherAccount'>
  bannedIdentities: Pick<BannedIdentities, 'candidates'>
}): DirectLogins {
  return {
    async logIn(attempt, details) {
      const session = sessions.start()
      const returning = await logInReturningUser(query, attempt, details, session)
      if (returning) {
        const { unionid, ip } = attempt
        const tokens = await sessions.complete(returning, session, { ip, hasIdentity: true })
        const hasNewUnionid = unionid !== null && returning.previous_unionid !== unionid
        const otherUserId = hasNewUnionid ? await identities.findOtherAccount(attempt, returning.id) : null
        return { tokens, isNewUser: false, otherUserId }
      }
      // Such a login never creates a user.
      if (attempt.expectedUserId !== undefined) return null
      const bannedHashes = bannedIdentities.candidates(attempt)
      const created = await registerUser(query, { ...attempt, bannedHashes }, details, session)
      if (!created) return null
      const user = { ...created, excess_sessions: [] }
      const tokens = await sessions.complete(user, session, { ip: attempt.ip, hasIdentity: true })
      return { tokens, isNewUser: true, otherUserId: null }
    },
  }
}
