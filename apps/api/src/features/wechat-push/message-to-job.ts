import type { JobPayloads } from '../../infra/jobs/jobs.ts'
import { isRiskyErrcode, readVerdict } from '../../infra/wechat/content-check.ts'

/** What a message asks of us, as the job that does it. */
export type Task = {
  [Kind in 'forget_wechat_data' | 'delete_account' | 'avatar_verdict']: {
    kind: Kind
    payload: JobPayloads[Kind]
  }
}['forget_wechat_data' | 'delete_account' | 'avatar_verdict']

/** Whose data it is about, and what has to be done about it once that person is known. */
type Request = { openid: string; taskFor(userId: string): Task }

type Part = JobPayloads['forget_wechat_data']['parts'][number]

/** By the numbers of `RevokeInfo`; what the others stand for is not kept here. */
const revocableParts: Record<string, Part[]> = {
  6: ['nickname', 'avatar'],
  8: ['phone'],
  19: ['nickname'],
  20: ['avatar'],
}

/** The events that are handled, and how their messages are read; `null`: there is nothing to do. */
const readers: Record<string, (message: Record<string, unknown>, appId: string) => Request | Task | null> = {
  // WeChat has removed something risky from the profile, so what was taken from there may be that.
  user_info_modified: (message) => forget(message, ['nickname', 'avatar']),
  user_authorization_revoke: (message) => {
    const numbers = typeof message.RevokeInfo === 'string' ? message.RevokeInfo.split(',') : []
    const parts = new Set(numbers.flatMap((number) => revocableParts[number.trim()] ?? []))
    return parts.size === 0 ? null : forget(message, [...parts])
  },
  user_authorization_cancellation: (message) =>
    about(message, (userId) => ({ kind: 'delete_account', payload: { userId } })),
  wxa_media_check: (message, appId) => {
    const { trace_id: traceId, errcode } = message
    if (!isIdentifier(traceId)) return null
    // Another errcode: WeChat could not look at the picture.
    const suggest = isRiskyErrcode(errcode) ? 'risky' : errcode === 0 ? readVerdict(message) : null
    return { kind: 'avatar_verdict', payload: { appId, traceId, suggest } }
  },
}

/** The name of an event that is handled, for the log: what is not in this list comes from outside. */
export const knownEvent = ({ Event: event }: Record<string, unknown>): string | null =>
  typeof event === 'string' && Object.hasOwn(readers, event) ? event : null

/** What a message asks for; `null`: nothing of us. */
export function readMessage(message: Record<string, unknown>, appId: string): Request | Task | null {
  const event = knownEvent(message)
  return event === null ? null : (readers[event]?.(message, appId) ?? null)
}

function about({ OpenID: openid }: Record<string, unknown>, taskFor: Request['taskFor']): Request | null {
  return isIdentifier(openid) ? { openid, taskFor } : null
}

const forget = (message: Record<string, unknown>, parts: Part[]) =>
  about(message, (userId) => ({ kind: 'forget_wechat_data', payload: { userId, parts } }))

/** An openid or a trace_id, and nothing that the database would refuse. */
const isIdentifier = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{1,128}$/.test(value)
