import type { AccountProblemCode } from '../account/lib/error-messages.ts'
import type { ProblemCode } from './messages.ts'

/** What a person is told, by what it leaves them to do. */
export type Sentences = Record<
  | 'update'
  | 'setUp'
  | 'again'
  | 'login'
  | 'loginAgain'
  | 'slower'
  | 'later'
  | 'wechatAway'
  | 'offline'
  | 'slow'
  | 'reused'
  | 'banned'
  | 'atRisk'
  | 'otherWechat'
  | 'nonsense'
  | 'ended'
  | 'loggedOut'
  | 'otherPerson',
  string
>

/** Which sentence says it. A new code breaks the build until it has one here, or words in `account/problems.ts`. */
const sentenceOf: Record<Exclude<ProblemCode, AccountProblemCode>, keyof Sentences> = {
  invalid_request: 'update',
  unknown_app: 'setUp',
  code_invalid: 'again',
  code_used: 'again',
  access_token_missing: 'login',
  access_token_invalid: 'loginAgain',
  access_token_expired: 'loginAgain',
  refresh_token_invalid: 'loginAgain',
  refresh_token_expired: 'loginAgain',
  refresh_token_reused: 'reused',
  session_revoked: 'ended',
  account_banned: 'banned',
  wechat_login_blocked: 'atRisk',
  different_account: 'otherWechat',
  rate_limited: 'slower',
  wechat_rate_limited: 'slower',
  internal_error: 'later',
  wechat_misconfigured: 'setUp',
  database_unavailable: 'later',
  server_busy: 'later',
  shutting_down: 'later',
  wechat_busy: 'wechatAway',
  wechat_unavailable: 'wechatAway',
  network_unreachable: 'offline',
  request_timeout: 'slow',
  request_interrupted: 'slow',
  domain_not_allowed: 'setUp',
  too_many_requests: 'slower',
  server_unavailable: 'later',
  unexpected_answer: 'nonsense',
  tokens_lost: 'loginAgain',
  login_needed: 'login',
  other_person: 'otherPerson',
  logged_out_meanwhile: 'loggedOut',
  wechat_code_missing: 'again',
  wechat_login_timeout: 'slow',
  wechat_login_offline: 'offline',
  wechat_login_denied: 'again',
  wechat_login_failed: 'again',
}

/** The words for each problem, of the sentences in one language. */
export function problemsIn(sentences: Sentences): Record<keyof typeof sentenceOf, string> {
  const words = {} as Record<keyof typeof sentenceOf, string>
  for (const code of Object.keys(sentenceOf) as (keyof typeof sentenceOf)[])
    words[code] = sentences[sentenceOf[code]]
  return words
}
