import { normalizeIP } from '@fastify/rate-limit'

/** What a session stores about its latest refresh, with the counter `n`, and about the previous one. */
export type RefreshState = {
  refresh_counter: number
  /** Tokens below this were replaced when a login method changed. */
  reissued_counter: number
  refreshed_at: Date
  /** The IP of the refresh. */
  ip: string
  /** How often the response was repeated. */
  repeats: number
  repeated_at: Date | null
  /** The first use of an access token of this refresh: when, and the number of its response. */
  used_at: Date | null
  used_repeat: number | null
  used_issued_at: Date | null
  previous_used_repeat: number | null
  previous_used_issued_at: Date | null
  raced_at: Date | null
  raced_counter: number | null
}

/** The changes to store, or why the token is rejected. */
export type RefreshVerdict = Partial<RefreshState> | 'expired' | 'reused'

/** An access token that was seen in a request. */
export type TokenUse = { counter: number; repeat: number; issuedAt: Date; at: Date }

/** How long after the first use a second request may still be a concurrent one of the same client. */
export const raceMs = 10_000
/** How long a client that never used the response may request it again. */
export const unusedMs = 24 * 60 * 60 * 1000
/** One race may happen by accident; two races within this time, at two refreshes, mean two clients. */
const raceMemoryMs = 24 * 60 * 60 * 1000
/** `iat` is in whole seconds. */
const roundingMs = 1000

/**
 * Decides about a refresh token that did not rotate. The previous one gets the same response again for as long as the client
 * may not have received it.
 */
export function evaluateReplay(
  state: RefreshState,
  { counter, ip, at }: { counter: number; ip: string; at: Date },
): RefreshVerdict {
  // Newer than the row: after a restore from a backup. Older than a reissue: its response may have been lost.
  if (counter >= state.refresh_counter || counter < state.reissued_counter) return 'expired'
  if (counter < state.refresh_counter - 1) return 'reused'
  const repetition = { repeats: state.repeats + 1, repeated_at: at }
  if (state.used_at === null) return msBetween(state.refreshed_at, at) <= unusedMs ? repetition : 'reused'
  if (msBetween(state.used_at, at) > raceMs || !isSameNetwork(state.ip, ip)) return 'reused'
  const race = evaluateRace(state, state.refresh_counter, at)
  return race === 'reused' ? race : { ...repetition, ...race }
}

/**
 * Decides about a used access token. A client requests a response again only if it did not receive it, so two responses of
 * one refresh that are both in use have two holders.
 */
export function evaluateUse(
  state: RefreshState,
  { counter, repeat, issuedAt, at }: TokenUse,
): RefreshVerdict {
  if (counter === state.refresh_counter - 1) {
    if (state.previous_used_repeat === null)
      return { previous_used_repeat: repeat, previous_used_issued_at: issuedAt }
    if (state.previous_used_repeat === repeat) return {}
    return evaluateTwoHolders(state, counter, [issuedAt, state.previous_used_issued_at], at)
  }
  if (counter !== state.refresh_counter) return {}
  if (state.used_at === null) {
    const use = { used_at: at, used_repeat: repeat, used_issued_at: issuedAt }
    const isOutdated = repeat < state.repeats && state.repeated_at !== null && at > state.repeated_at
    if (!isOutdated) return use
    const verdict = evaluateTwoHolders(state, counter, [issuedAt, state.repeated_at], at)
    return typeof verdict === 'string' ? verdict : { ...use, ...verdict }
  }
  const earlier = at < state.used_at ? { used_at: at } : {}
  if (state.used_repeat === repeat) return earlier
  const verdict = evaluateTwoHolders(state, counter, [issuedAt, state.used_issued_at], at)
  return typeof verdict === 'string' ? verdict : { ...earlier, ...verdict }
}

/** Responses that were issued at the same time may be those of one client that sent two requests. */
function evaluateTwoHolders(
  state: RefreshState,
  counter: number,
  [one, other]: [Date, Date | null],
  at: Date,
): RefreshVerdict {
  const isRace = other !== null && Math.abs(msBetween(one, other)) <= raceMs + roundingMs
  return isRace ? evaluateRace(state, counter, at) : 'reused'
}

function evaluateRace(state: RefreshState, counter: number, at: Date): Partial<RefreshState> | 'reused' {
  if (state.raced_counter === counter) return {}
  const isRecent = state.raced_at !== null && msBetween(state.raced_at, at) <= raceMemoryMs
  return isRecent ? 'reused' : { raced_at: at, raced_counter: counter }
}

const msBetween = (from: Date, to: Date) => to.getTime() - from.getTime()

/**
 * Carriers assign a phone changing IPs of one pool, so the /24 of IPv4 and the /64 of IPv6 are compared.
 */
export const isSameNetwork = (one: string, other: string) => networkOf(one) === networkOf(other)

function networkOf(ip: string): string {
  const address = normalizeIP(ip)
  return address.includes(':') ? address : address.split('.').slice(0, 3).join('.')
}
