import { isIPv6 } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { normalizeIP } from '@fastify/rate-limit'
import { ApiError } from '../../utils/api-error.ts'
import type { Counters } from './counters.ts'

/** A try that was counted before it is made, so that those at the same moment are all counted. */
export type Try = {
  isOver: boolean
  endsInMs: number
  /** For a try that did not fail. */
  takeBack(): Promise<void>
}

/** @param limit 0 is none. */
export async function countTry(
  counters: Counters,
  { key, limit, windowMs }: { key: string; limit: number; windowMs: number },
): Promise<Try> {
  if (limit === 0) return { isOver: false, endsInMs: 0, takeBack: async () => {} }
  const { count, endsInMs } = await counters.hit(key, windowMs)
  return { isOver: count > limit, endsInMs, takeBack: async () => counters.takeBack(key) }
}

type Network = { name: string; factor: number }

/**
 * The networks that an IP counts for, and how many times as much each may do: an IPv4 address by itself; of IPv6 the /64
 * of one device, and the /48 that one line may have, so that one line does not have 65,536 counts.
 */
export function networksOf(ip: string): [Network, ...Network[]] {
  const device = normalizeIP(ip)
  if (!isIPv6(device)) return [{ name: device, factor: 1 }]
  return [
    { name: device, factor: 1 },
    { name: `${normalizeIP(ip, 48)}/48`, factor: 2 },
  ]
}

/** Lets one begin each second, over all instances. */
const paceMs = 1000
/** Less than a client waits for its answer. */
const maximumWaitMs = 5000
const maximumContenders = 50

/**
 * Waits for a turn, of which there is one in a second. The waiting have no order, so that a full queue keeps no user out.
 *
 * @throws ApiError `rate_limited` when too many wait, or this one waited too long.
 */
export async function pace(counters: Counters, key: string): Promise<void> {
  const givesUpAt = performance.now() + maximumWaitMs
  for (;;) {
    const { count, endsInMs } = await counters.hit(`limit:pace:${key}`, paceMs)
    if (count === 1) return
    if (count > maximumContenders || performance.now() + endsInMs > givesUpAt) throw refusal(endsInMs)
    await sleep(endsInMs)
  }
}

export const refusal = (endsInMs: number) =>
  new ApiError('rate_limited', { retryAfterSeconds: Math.max(1, Math.ceil(endsInMs / 1000)) })
