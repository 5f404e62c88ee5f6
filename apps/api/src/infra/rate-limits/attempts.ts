import { isIPv6 } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { normalizeIP } from '@fastify/rate-limit'
import { ApiError } from '../../utils/api-error.ts'
import type { Counters } from './counters.ts'

/** An attempt that was counted before it is made, so that concurrent ones are all counted. */
export type Attempt = {
  isOverLimit: boolean
  endsInMs: number
  /** Uncounts the attempt, where it did not fail. */
  undo(): Promise<void>
}

/** @param limit 0 is no limit. */
export async function countAttempt(
  counters: Counters,
  { key, limit, windowMs }: { key: string; limit: number; windowMs: number },
): Promise<Attempt> {
  if (limit === 0) return { isOverLimit: false, endsInMs: 0, undo: async () => {} }
  const { count, endsInMs } = await counters.increment(key, windowMs)
  return { isOverLimit: count > limit, endsInMs, undo: async () => counters.decrement(key) }
}

type Network = { name: string; factor: number }

/**
 * The networks that an IP counts for, each with the factor of its limit: an IPv4 address by itself; of IPv6 the /64 of one
 * device, and the /48 that one line may have, so that one line does not get 65,536 counters.
 */
export function networksOf(ip: string): [Network, ...Network[]] {
  const device = normalizeIP(ip)
  if (!isIPv6(device)) return [{ name: device, factor: 1 }]
  return [
    { name: device, factor: 1 },
    { name: `${normalizeIP(ip, 48)}/48`, factor: 2 },
  ]
}

/** One request proceeds per second, over all instances. */
const paceMs = 1000
/** Less than a client waits for its response. */
const maximumWaitMs = 5000
const maximumWaiting = 50

/**
 * Waits for a slot, of which there is one per second. Waiting requests have no order, so that a full queue locks no user
 * out.
 *
 * @throws ApiError `rate_limited` when too many wait, or this one waited too long.
 */
export async function pace(counters: Counters, key: string): Promise<void> {
  const givesUpAt = performance.now() + maximumWaitMs
  for (;;) {
    const { count, endsInMs } = await counters.increment(`limit:pace:${key}`, paceMs)
    if (count === 1) return
    if (count > maximumWaiting || performance.now() + endsInMs > givesUpAt) throw rateLimited(endsInMs)
    await sleep(endsInMs)
  }
}

export const rateLimited = (endsInMs: number) =>
  new ApiError('rate_limited', { retryAfterSeconds: Math.max(1, Math.ceil(endsInMs / 1000)) })
