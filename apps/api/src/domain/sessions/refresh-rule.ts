import { normalizeIP } from '@fastify/rate-limit'

/** What a session remembers about its newest refresh, whose counter is `n`, and about the one before. */
export type RefreshState = {
  refresh_counter: number
  /** Tokens below were replaced together with a login method. */
  reissued_counter: number
  refreshed_at: Date
  /** Where the refresh came from. */
  ip: string
  /** How often the refresh was answered again. */
  repeats: number
  repeated_at: Date | null
  /** The first use of an access token of this refresh: when, and from which of its responses. */
  used_at: Date | null
  used_repeat: number | null
  used_issued_at: Date | null
  previous_used_repeat: number | null
  previous_used_issued_at: Date | null
  raced_at: Date | null
  raced_counter: number | null
}

/** What is to be stored, or why the token is rejected. */
export type RefreshVerdict = Partial<RefreshState> | 'expired' | 'reused'

/** An access token that was seen in a request. */
export type TokenUse = { counter: number; repeat: number; issuedAt: Date; at: Date }

/** How long after the first use a second request may still be the same client's, sent at the same time. */
export const raceMs = 10_000
/** How long a client that never used the response may ask for it again. */
export const unusedMs = 24 * 60 * 60 * 1000
/** A client races by accident; one that does so twice within this time, at two refreshes, is two clients. */
const raceMemoryMs = 24 * 60 * 60 * 1000
/** `iat` is in whole seconds. */
const roundingMs = 1000

/**
 * Decides about a refresh token that did not advance the session: the one before the newest is answered again for as
 * long as the client may not have received the response.
 */
export function judgeRepetition(
  state: RefreshState,
  { counter, ip, at }: { counter: number; ip: string; at: Date },
): RefreshVerdict {
  // Newer than the row after a restore from a backup; older than a reissue whose response may have been lost.
  if (counter >= state.refresh_counter || counter < state.reissued_counter) return 'expired'
  if (counter < state.refresh_counter - 1) return 'reused'
  const repetition = { repeats: state.repeats + 1, repeated_at: at }
  if (state.used_at === null) return msBetween(state.refreshed_at, at) <= unusedMs ? repetition : 'reused'
  if (msBetween(state.used_at, at) > raceMs || !isSameNetwork(state.ip, ip)) return 'reused'
  const race = judgeRace(state, state.refresh_counter, at)
  return race === 'reused' ? race : { ...repetition, ...race }
}

/**
 * Decides about an access token that a client used. A client asks again only for a response that it did not get, so two
 * responses of one refresh that are both in use have two holders.
 */
export function judgeUse(state: RefreshState, { counter, repeat, issuedAt, at }: TokenUse): RefreshVerdict {
  if (counter === state.refresh_counter - 1) {
    if (state.previous_used_repeat === null)
      return { previous_used_repeat: repeat, previous_used_issued_at: issuedAt }
    if (state.previous_used_repeat === repeat) return {}
    return judgeTwoHolders(state, counter, [issuedAt, state.previous_used_issued_at], at)
  }
  if (counter !== state.refresh_counter) return {}
  if (state.used_at === null) {
    const use = { used_at: at, used_repeat: repeat, used_issued_at: issuedAt }
    const isOutdated = repeat < state.repeats && state.repeated_at !== null && at > state.repeated_at
    if (!isOutdated) return use
    const verdict = judgeTwoHolders(state, counter, [issuedAt, state.repeated_at], at)
    return typeof verdict === 'string' ? verdict : { ...use, ...verdict }
  }
  const earlier = at < state.used_at ? { used_at: at } : {}
  if (state.used_repeat === repeat) return earlier
  const verdict = judgeTwoHolders(state, counter, [issuedAt, state.used_issued_at], at)
  return typeof verdict === 'string' ? verdict : { ...earlier, ...verdict }
}

/** Responses that were issued at the same time may be those of one client that sent two requests. */
function judgeTwoHolders(
  state: RefreshState,
  counter: number,
  [one, other]: [Date, Date | null],
  at: Date,
): RefreshVerdict {
  const isRace = other !== null && Math.abs(msBetween(one, other)) <= raceMs + roundingMs
  return isRace ? judgeRace(state, counter, at) : 'reused'
}

function judgeRace(state: RefreshState, counter: number, at: Date): Partial<RefreshState> | 'reused' {
  if (state.raced_counter === counter) return {}
  const isRecent = state.raced_at !== null && msBetween(state.raced_at, at) <= raceMemoryMs
  return isRecent ? 'reused' : { raced_at: at, raced_counter: counter }
}

const msBetween = (from: Date, to: Date) => to.getTime() - from.getTime()

/**
 * Carriers give a phone changing addresses of one pool: of IPv4 the /24 counts, of IPv6 the /64, which is one line.
 */
export const isSameNetwork = (one: string, other: string) => networkOf(one) === networkOf(other)

function networkOf(ip: string): string {
  const address = normalizeIP(ip)
  return address.includes(':') ? address : address.split('.').slice(0, 3).join('.')
}
