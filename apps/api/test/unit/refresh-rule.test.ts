import { describe, expect, it } from 'vitest'
import {
  evaluateReplay,
  evaluateUse,
  isSameNetwork,
  type RefreshState,
  unusedMs,
} from '../../src/domain/sessions/refresh-rule.ts'

/** An access token of a refresh, as a client holds it. */
type Held = { counter: number; repeat: number; issuedAt: number }
type Client = {
  ip: string
  /** The counters of the refresh tokens it can present, the newest last. */
  tokens: number[]
  access: Held | null
}
type Model = {
  now: number
  session: RefreshState
  ended: boolean
  phone: Client & { hasUsed: boolean; lateRequest: { counter: number; at: number } | null; hasRaced: boolean }
  thief: Client
  /** The refreshes of which each has used an access token, and those of which both have. */
  used: { phone: number[]; thief: number[] }
  shared: number
}
type Action = [name: string, act: (model: Model) => boolean]

const second = 1000
const minute = 60 * second
const start = 1_800_000_000_000
const home = '203.0.113.7'

const newModel = (thiefIp: string): Model => ({
  now: start,
  session: {
    refresh_counter: 1,
    reissued_counter: 0,
    refreshed_at: new Date(start),
    ip: home,
    repeats: 0,
    repeated_at: null,
    used_at: null,
    used_repeat: null,
    used_issued_at: null,
    previous_used_repeat: null,
    previous_used_issued_at: null,
    raced_at: null,
    raced_counter: null,
  },
  ended: false,
  phone: { ip: home, tokens: [1], access: null, hasUsed: true, lateRequest: null, hasRaced: false },
  thief: { ip: thiefIp, tokens: [1], access: null },
  used: { phone: [], thief: [] },
  shared: 0,
})

/** What the API does with a refresh token: the same as its one UPDATE, or the rule. */
function present(model: Model, counter: number, ip: string): Held | null {
  const { session } = model
  const at = new Date(model.now)
  if (model.ended) return null
  if (counter === session.refresh_counter) {
    model.session = {
      ...session,
      refresh_counter: counter + 1,
      refreshed_at: at,
      ip,
      repeats: 0,
      repeated_at: null,
      previous_used_repeat: session.used_repeat,
      previous_used_issued_at: session.used_issued_at,
      used_at: null,
      used_repeat: null,
      used_issued_at: null,
    }
    return { counter: counter + 1, repeat: 0, issuedAt: model.now }
  }
  const verdict = evaluateReplay(session, { counter, ip, at })
  if (verdict === 'reused') model.ended = true
  if (typeof verdict === 'string') return null
  model.session = { ...session, ...verdict }
  return { counter: session.refresh_counter, repeat: model.session.repeats, issuedAt: model.now }
}

/** @returns whether the request was served: its use is judged afterwards. */
function use(model: Model, held: Held): boolean {
  if (model.ended) return false
  const issuedAt = new Date(Math.floor(held.issuedAt / 1000) * 1000)
  const verdict = evaluateUse(model.session, { ...held, issuedAt, at: new Date(model.now) })
  if (verdict === 'reused') model.ended = true
  else if (typeof verdict !== 'string') model.session = { ...model.session, ...verdict }
  return true
}

function countUse(model: Model, user: 'phone' | 'thief', { counter }: Held): void {
  const other = user === 'phone' ? 'thief' : 'phone'
  if (model.used[user].includes(counter)) return
  model.used = { ...model.used, [user]: [...model.used[user], counter] }
  if (model.used[other].includes(counter)) model.shared += 1
}

function receive(client: Client, held: Held | null): boolean {
  if (held === null) return false
  client.access = held
  if (client.tokens.at(-1) !== held.counter) client.tokens = [...client.tokens, held.counter].slice(-2)
  return true
}

const newest = ({ tokens }: Client) => tokens.at(-1) as number

/** A client refreshes in order to send a request: what it received is used before it refreshes again. */
const phoneActions: Action[] = [
  [
    'phone refreshes',
    (model) => {
      if (!model.phone.hasUsed) return false
      const arrived = receive(model.phone, present(model, newest(model.phone), home))
      model.phone.hasUsed = !arrived
      return true
    },
  ],
  [
    'phone refreshes, response lost',
    (model) => {
      if (!model.phone.hasUsed) return false
      present(model, newest(model.phone), home)
      return true
    },
  ],
  [
    'phone uses',
    (model) => {
      if (!model.phone.access) return false
      if (use(model, model.phone.access)) countUse(model, 'phone', model.phone.access)
      model.phone.hasUsed = true
      return true
    },
  ],
]

/** One step for what usually goes together, so that the walk gets farther. */
const inOneStep = (name: string, ...parts: Action[]): Action => [
  name,
  (model) => parts.every(([, act]) => act(model)),
]

const later = (ms: number): Action => [
  `${ms / second} s`,
  (model) => {
    model.now += ms
    return true
  },
]

/** A first attempt that the client gave up, and that arrives after the second was answered. */
const lateRequest: Action[] = [
  [
    'phone gives up a request on its way',
    (model) => {
      if (!model.phone.hasUsed || model.phone.hasRaced) return false
      model.phone.lateRequest = { counter: newest(model.phone), at: model.now }
      model.phone.hasRaced = true
      return true
    },
  ],
  [
    'that request arrives',
    (model) => {
      const request = model.phone.lateRequest
      // The phone does not refresh twice within ten seconds.
      if (
        !request ||
        model.now - request.at > 10 * second ||
        request.counter < model.session.refresh_counter - 1
      )
        return false
      model.phone.lateRequest = null
      present(model, request.counter, home)
      return true
    },
  ],
]

const thiefActions: Action[] = [
  ['thief refreshes', (model) => receive(model.thief, present(model, newest(model.thief), model.thief.ip))],
  [
    'thief repeats',
    (model) => {
      const [previous] = model.thief.tokens
      return (
        previous !== newest(model.thief) &&
        receive(model.thief, present(model, previous as number, model.thief.ip))
      )
    },
  ],
  [
    'thief uses',
    (model) => {
      const held = model.thief.access
      // An access token lives for about as long as a phone goes without a refresh.
      if (!held || held.counter < model.session.refresh_counter - 1 || !use(model, held)) return false
      countUse(model, 'thief', held)
      return true
    },
  ],
]

/** States that differ only in when they happened, and in how far the counters are, go on alike. */
function keyOf({ now, session, ended, phone, thief, shared, used }: Model): string {
  const behind = (value: number | null, from: number) => (value === null ? null : Math.min(from - value, 3))
  const age = (at: Date | number | null) => at && Math.min(now - Number(at), 24 * second)
  const counter = (value: number | null) => behind(value, session.refresh_counter)
  const held = (access: Held | null) =>
    access && [
      counter(access.counter),
      access.counter === session.refresh_counter
        ? behind(access.repeat, session.repeats)
        : access.repeat === session.previous_used_repeat,
      age(access.issuedAt),
    ]
  return JSON.stringify([
    [age(session.refreshed_at), session.ip, Math.min(session.repeats, 3), age(session.repeated_at)],
    [age(session.used_at), behind(session.used_repeat, session.repeats), age(session.used_issued_at)],
    [
      session.previous_used_repeat !== null,
      age(session.previous_used_issued_at),
      counter(session.raced_counter),
    ],
    [phone.tokens.map(counter), held(phone.access), phone.hasUsed, phone.hasRaced],
    phone.lateRequest && [counter(phone.lateRequest.counter), age(phone.lateRequest.at)],
    [thief.tokens.map(counter), held(thief.access)],
    [ended, shared, used.phone.slice(-2).map(counter), used.thief.slice(-2).map(counter)],
  ])
}

const copyOf = (model: Model): Model => ({
  ...model,
  phone: { ...model.phone },
  thief: { ...model.thief },
})

/** Walks every order of the actions up to a depth, once per state. */
function walk(first: Model, actions: Action[], depth: number, check: (model: Model, path: string[]) => void) {
  const seen = new Set<string>()
  let level: { model: Model; path: string[] }[] = [{ model: first, path: [] }]
  let states = 0
  for (let step = 0; step < depth; step += 1) {
    const next: typeof level = []
    for (const { model, path } of level) {
      for (const [name, act] of actions) {
        const successor = copyOf(model)
        if (!act(successor)) continue
        const key = keyOf(successor)
        if (seen.has(key)) continue
        seen.add(key)
        states += 1
        const way = [...path, name]
        check(successor, way)
        if (!successor.ended) next.push({ model: successor, path: way })
      }
    }
    level = next
  }
  return states
}

// Each walk takes a few seconds of CPU.
describe('the rule for repeated refreshes', { timeout: 300_000 }, () => {
  it('never ends the session of a phone alone, in any order of refreshes, losses, uses and delays', () => {
    const actions = [...phoneActions, ...lateRequest, later(4 * second), later(12 * second)]
    const states = walk(newModel(home), actions, 9, ({ ended }, path) =>
      expect(ended, path.join(', ')).toBe(false),
    )
    expect(states).toBeGreaterThan(1000)
  })

  it('never ends the session of a phone that loses a response and returns within a day', () => {
    const actions = [...phoneActions, later(20 * 60 * minute)]
    walk(newModel(home), actions, 9, (model, path) => {
      // A response that is lost for longer than a day is the only way out.
      const isLate = path.filter((name) => name === '72000 s').length > 1
      if (!isLate) expect(model.ended, path.join(', ')).toBe(false)
    })
  })

  it.each([
    ['the same network', home],
    ['another network', '198.51.100.9'],
  ])('lets a phone and a thief in %s share a session for at most two refreshes', (_name, ip) => {
    const [phoneRefreshes, , phoneUses] = phoneActions as [Action, Action, Action]
    const [thiefRefreshes, thiefRepeats, thiefUses] = thiefActions as [Action, Action, Action]
    const actions = [
      ...phoneActions,
      ...thiefActions,
      inOneStep('phone refreshes and uses', phoneRefreshes, phoneUses),
      inOneStep('thief refreshes and uses', thiefRefreshes, thiefUses),
      inOneStep('thief repeats and uses', thiefRepeats, thiefUses),
      later(4 * second),
      later(12 * second),
    ]
    let most = 0
    const states = walk(newModel(ip), actions, 7, ({ shared }, path) => {
      most = Math.max(most, shared)
      expect(shared, path.join(', ')).toBeLessThanOrEqual(2)
    })
    expect(states).toBeGreaterThan(1000)
    // The thief gets somewhere at first, or the walk tried nothing.
    expect(most).toBeGreaterThan(0)
  })

  it('counts up to its limits', () => {
    const { session } = newModel(home)
    const unused = { ...session, refresh_counter: 5, refreshed_at: new Date(start) }
    const used = { ...unused, used_at: new Date(start) }
    const repeat = (state: RefreshState, ms: number, ip = home, counter = 4) =>
      evaluateReplay(state, { counter, ip, at: new Date(start + ms) })
    expect(repeat(unused, unusedMs)).toMatchObject({ repeats: 1 })
    expect(repeat(unused, unusedMs + 1)).toBe('reused')
    expect(repeat(unused, unusedMs, '198.51.100.1')).toMatchObject({ repeats: 1 })
    expect(repeat(used, 10_000)).toMatchObject({ repeats: 1, raced_counter: 5 })
    expect(repeat(used, 10_001)).toBe('reused')
    expect(repeat(used, 1, '198.51.100.1')).toBe('reused')
    expect(repeat(used, 1, '203.0.113.200')).toMatchObject({ repeats: 1 })
    expect(repeat(unused, 1, home, 3)).toBe('reused')
    expect(repeat(unused, 1, home, 5)).toBe('expired')
    expect(repeat(unused, 1, home, 9)).toBe('expired')
    expect(repeat({ ...unused, reissued_counter: 5 }, 1)).toBe('expired')
    // An instance whose clock is behind the one that refreshed.
    expect(repeat(unused, -5000)).toMatchObject({ repeats: 1 })
  })

  it.each([
    ['203.0.113.1', '203.0.113.254', true],
    ['203.0.113.1', '203.0.114.1', false],
    ['::ffff:203.0.113.1', '203.0.113.9', true],
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['2001:db8::1', '203.0.113.1', false],
  ])('considers %s and %s the same network: %s', (one, other, same) => {
    expect(isSameNetwork(one, other)).toBe(same)
  })
})
