import { createHash } from 'node:crypto'
import { type Person, type PersonOptions, type Phone, withPhone } from './users.ts'
import type { PushSecrets } from '../push/push-encryption.ts'

export type { Person } from './users.ts'

export type App = {
  appId: string
  secret: string
  /** Apps with the same value belong to one Open Platform account and share unionids; absent: no unionid. */
  openPlatform?: string
  /** Message push, in safe mode when there is an `encodingAesKey`. Without a `url` nothing is pushed until one is set. */
  push?: PushSecrets & { url?: string }
}

/** What WeChat tells about the person behind a code. */
export type Grant = {
  person: Person
  /** 28 characters, always the same for this person in this app. */
  openid: string
  /** Base64 of 16 bytes. Dead as soon as a later code has rotated it. */
  sessionKey: string
  /** Only for an app that is bound to an Open Platform account at the moment of the exchange. */
  unionid?: string
}

/** What WeChat knows and remembers: apps, people, codes, session keys and the time. It knows nothing of HTTP. */
export type WechatState = {
  /** Everybody who can log in, the person of DevTools included. */
  readonly people: readonly Person[]
  app(appId: string): App | undefined
  person(personId: string): Person | undefined
  /** 28 characters, always the same for this person in this app. */
  openidOf(app: App, person: Person): string
  /** One for all apps of an Open Platform account; absent for an app that is bound to none. */
  unionidOf(app: App, person: Person): string | undefined
  /** Whose openid this is in this app; nobody's when it belongs to another app. */
  ownerOf(appId: string, openid: string): Person | undefined
  setPhone(person: Person, phone: Phone): void
  /** The person has the mini program open. Logging in is a visit, too. */
  visit(app: App, person: Person): void
  /** As if the last visit were long ago. */
  leave(app: App, person: Person): void
  /** Whether the owner of an openid has visited within the last two hours. */
  hasVisited(openid: string): boolean
  /** What `wx.login` does on a phone: a fresh code, and a new session key if the present one is old enough. */
  login(app: App, person: Person): string
  /** Uses up a code. A code of another app is `invalid`, and keeps working in its own. */
  exchange(app: App, code: string): Grant | 'invalid' | 'used'
  /** A grant without a code of a phone: DevTools and magic codes stand for the person of DevTools. */
  grantToDevtools(app: App): Grant
  /** What `wx.checkSession` asks: is the session key of this person's latest code still valid? */
  isSessionKeyAlive(app: App, person: Person): boolean
  /** The valid session key of a person, if this openid is one of the app's and has one. */
  sessionKeyOf(appId: string, openid: string): string | undefined
  /** A new key in place of the valid one, as old as that one was: a server asked for it. `undefined`: there is none. */
  resetSessionKey(openid: string): string | undefined
  /** What WeChat does after a while: the key dies, and the next code brings a new one. */
  expireSessionKey(app: App, person: Person): void
  /** Binds an app to an Open Platform account, or unbinds it; openids stay as they are. */
  bind(app: App, openPlatform: string | undefined): void
  /** Milliseconds since 1970, by WeChat's clock. */
  now(): number
  /** Moves WeChat's clock forward. */
  advanceClock(byMs: number): void
}

export type WechatStateOptions = {
  apps: readonly App[]
  people: readonly PersonOptions[]
  /** A new code rotates the session key only when the key is at least this old; 0 = always. */
  sessionKeyMinimumLifetimeMs: number
  now: () => number
  randomBytes: (size: number) => Buffer
}

/** WeChat's promise: a code works for five minutes. */
export const codeLifetimeMs = 300_000

/** Codes beyond this number are forgotten, the oldest first, so that a load test cannot fill the memory. */
const maximumCodes = 100_000

/** So long after a visit WeChat still checks what somebody wrote. */
const visitLifetimeMs = 7200_000

const devtoolsPerson: PersonOptions = { id: 'devtools', name: '开发者工具' }

export function createWechatState(options: WechatStateOptions): WechatState {
  const { sessionKeyMinimumLifetimeMs, randomBytes } = options
  const apps = new Map(options.apps.map((app) => [app.appId, { ...app }]))
  const everybody = options.people.map(withPhone)
  const devtools = withPhone(devtoolsPerson, everybody.length)
  const people = new Map([...everybody, devtools].map((person) => [person.id, person]))
  const visits = new Map<string, number>()
  const owners = new Map<string, Map<string, Person>>()
  const codes = new Map<string, { appId: string; grant: Grant; mintedAt: number; used: boolean }>()
  const sessionKeys = new Map<string, { appId: string; value: string; madeAt: number }>()
  let clockOffsetMs = 0

  const now = () => options.now() + clockOffsetMs

  function currentSessionKey({ appId }: App, openid: string): string {
    const present = sessionKeys.get(openid)
    if (present && now() - present.madeAt < sessionKeyMinimumLifetimeMs) return present.value
    const value = randomBytes(16).toString('base64')
    sessionKeys.set(openid, { appId, value, madeAt: now() })
    return value
  }

  const visit = (app: App, person: Person) => void visits.set(openidOf(app, person), now())

  /** Everybody's openid is known, whether they were here since the start or not. */
  function ownersIn(app: App): Map<string, Person> {
    const known = owners.get(app.appId)
    if (known) return known
    const made = new Map([...people.values()].map((person) => [openidOf(app, person), person]))
    owners.set(app.appId, made)
    return made
  }

  function grantTo(app: App, person: Person): Grant {
    const openid = openidOf(app, person)
    visit(app, person)
    return { person, openid, sessionKey: currentSessionKey(app, openid) }
  }

  const unionidOf = ({ openPlatform }: App, person: Person) =>
    openPlatform === undefined ? undefined : identifier('unionid', openPlatform, person.id)

  function withUnionid(app: App, grant: Grant): Grant {
    const unionid = unionidOf(app, grant.person)
    return unionid === undefined ? grant : { ...grant, unionid }
  }

  return {
    people: [...people.values()],
    app: (appId) => apps.get(appId),
    person: (personId) => people.get(personId),
    openidOf,
    unionidOf,
    ownerOf(appId, openid) {
      const app = apps.get(appId)
      return app && ownersIn(app).get(openid)
    },
    setPhone: (person, phone) => void Object.assign(person, phone),
    visit,
    leave: (app, person) => void visits.delete(openidOf(app, person)),
    hasVisited(openid) {
      const visitedAt = visits.get(openid)
      return visitedAt !== undefined && now() - visitedAt <= visitLifetimeMs
    },

    login(app, person) {
      const code = randomBytes(24).toString('base64url')
      codes.set(code, { appId: app.appId, grant: grantTo(app, person), mintedAt: now(), used: false })
      const [oldest] = codes.keys()
      if (codes.size > maximumCodes && oldest !== undefined) codes.delete(oldest)
      return code
    },

    exchange(app, code) {
      const known = codes.get(code)
      if (known?.appId !== app.appId) return 'invalid'
      if (known.used) return 'used'
      if (now() - known.mintedAt > codeLifetimeMs) return 'invalid'
      known.used = true
      return withUnionid(app, known.grant)
    },

    grantToDevtools: (app) => withUnionid(app, grantTo(app, devtools)),
    isSessionKeyAlive: (app, person) => sessionKeys.has(openidOf(app, person)),
    sessionKeyOf(appId, openid) {
      const key = sessionKeys.get(openid)
      return key?.appId === appId ? key.value : undefined
    },
    resetSessionKey(openid) {
      const key = sessionKeys.get(openid)
      if (key) key.value = randomBytes(16).toString('base64')
      return key?.value
    },
    expireSessionKey: (app, person) => void sessionKeys.delete(openidOf(app, person)),

    bind(app, openPlatform) {
      const bound = apps.get(app.appId)
      if (!bound) return
      if (openPlatform === undefined) delete bound.openPlatform
      else bound.openPlatform = openPlatform
    },

    now,
    advanceClock(byMs) {
      clockOffsetMs += byMs
    },
  }
}

const openidOf = (app: App, person: Person) => identifier('openid', app.appId, person.id)

/** The shape of WeChat's ids: `o` and 27 characters of URL-safe base64. The same at every start, on every machine. */
function identifier(...parts: string[]): string {
  return `o${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 27)}`
}
