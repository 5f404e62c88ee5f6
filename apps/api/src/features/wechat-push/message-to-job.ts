import type { JobPayloads } from '../../infra/jobs/jobs.ts'
import { isRiskyErrcode, readVerdict } from '../../infra/wechat/content-check.ts'

type Kind = 'delete_wechat_data' | 'delete_account' | 'avatar_verdict'

/** The job that a message requests. */
export type Job = { [K in Kind]: { kind: K; payload: JobPayloads[K] } }[Kind]

/** The same for a message about a user; the caller has to find them by the openid. */
type UserJob = { openid: string; jobFor(userId: string): Job }

type Part = JobPayloads['delete_wechat_data']['parts'][number]

/** By the numbers of `RevokeInfo`; the other numbers stand for data that is not stored here. */
const revocableParts: Record<string, Part[]> = {
  6: ['nickname', 'avatar'],
  8: ['phone'],
  19: ['nickname'],
  20: ['avatar'],
}

/** The supported events and their parsers; `null`: nothing to do. */
const parsers: Record<string, (message: Record<string, unknown>, appId: string) => UserJob | Job | null> = {
  // WeChat has removed risky content from the profile, which may have been imported here.
  user_info_modified: (message) => deleteData(message, ['nickname', 'avatar']),
  user_authorization_revoke: (message) => {
    const numbers = typeof message.RevokeInfo === 'string' ? message.RevokeInfo.split(',') : []
    const parts = new Set(numbers.flatMap((number) => revocableParts[number.trim()] ?? []))
    return parts.size === 0 ? null : deleteData(message, [...parts])
  },
  user_authorization_cancellation: (message) =>
    forUser(message, (userId) => ({ kind: 'delete_account', payload: { userId } })),
  wxa_media_check: (message, appId) => {
    const { trace_id: traceId, errcode } = message
    if (!isIdentifier(traceId)) return null
    // Another errcode means that WeChat could not check the image.
    const suggest = isRiskyErrcode(errcode) ? 'risky' : errcode === 0 ? readVerdict(message) : null
    return { kind: 'avatar_verdict', payload: { appId, traceId, suggest } }
  },
}

/** The name of a supported event; other names come from outside and must not be logged. */
export const knownEvent = ({ Event: event }: Record<string, unknown>): string | null =>
  typeof event === 'string' && Object.hasOwn(parsers, event) ? event : null

/** @returns `null` when the message requires no action. */
export function parseEvent(message: Record<string, unknown>, appId: string): UserJob | Job | null {
  const event = knownEvent(message)
  return event === null ? null : (parsers[event]?.(message, appId) ?? null)
}

function forUser({ OpenID: openid }: Record<string, unknown>, jobFor: UserJob['jobFor']): UserJob | null {
  return isIdentifier(openid) ? { openid, jobFor } : null
}

const deleteData = (message: Record<string, unknown>, parts: Part[]) =>
  forUser(message, (userId) => ({ kind: 'delete_wechat_data', payload: { userId, parts } }))

/** An openid or a trace_id, without characters that the database rejects. */
const isIdentifier = (value: unknown): value is string =>
  typeof value === 'string' && /^[\w-]{1,128}$/.test(value)
