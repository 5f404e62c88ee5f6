import { createHash } from 'node:crypto'
import type { App } from './app.ts'
import { type Phone, type User, type UserOptions, withPhone } from './users.ts'

/** What WeChat tells about the user behind a code. */
export type Grant = {
  user: User
  /** 28 characters, always the same for this user in this app. */
  openid: string
  /** Base64 of 16 bytes. Dead as soon as a later code has rotated it. */
  sessionKey: string
  /** Only for an app that is bound to an Open Platform account at the moment of the exchange. */
  unionid?: string
}

/** WeChat's state without HTTP: apps, users, codes, session_keys and the clock. */
export type WechatState = {
  /** All users, the user of DevTools included. */
  readonly users: readonly User[]
  app(appId: string): App | undefined
  user(userId: string): User | undefined
  /** 28 characters, always the same for this user in this app. */
  openidOf(app: App, user: User): string
  /** One for all apps of an Open Platform account; absent for an app that is bound to none. */
  unionidOf(app: App, user: User): string | undefined
  /** The user of an openid of this app; `undefined` for an openid of another app. */
  userByOpenid(appId: string, openid: string): User | undefined
  setPhone(user: User, phone: Phone): void
  /** The user has the mini program open. Logging in is a visit, too. */
  visit(app: App, user: User): void
  /** Makes the last visit long ago. */
  leave(app: App, user: User): void
  /** Whether the user of an openid has visited within the last two hours. */
  hasVisited(openid: string): boolean
  /** `wx.login`: a new code, and a new session_key when the current one is old enough. */
  login(app: App, user: User): string
  /** Uses up a code. A code of another app is `invalid`, and keeps working in its own. */
  exchange(app: App, code: string): Grant | 'invalid' | 'used'
  /** A grant for the codes of DevTools and for magic codes. */
  grantToDevtools(app: App): Grant
  /** `wx.checkSession`: whether the user has a valid session_key. */
  isSessionKeyAlive(app: App, user: User): boolean
  /** The valid session key of a user, if this openid is one of the app's and has one. */
  sessionKeyOf(appId: string, openid: string): string | undefined
  /** Replaces the valid session_key by one of the same age. `undefined`: there is none. */
  resetSessionKey(openid: string): string | undefined
  /** Expires the session_key; the next code creates a new one. */
  expireSessionKey(app: App, user: User): void
  /** Binds an app to an Open Platform account, or unbinds it; openids stay as they are. */
  bind(app: App, openPlatform: string | undefined): void
  /** Milliseconds since 1970, by WeChat's clock. */
  now(): number
  /** Moves WeChat's clock forward. */
  advanceClock(byMs: number): void
}

export type WechatStateOptions = {
  apps: readonly App[]
  users: readonly UserOptions[]
  /** A new code rotates the session key only when the key is at least this old; 0 = always. */
  sessionKeyMinimumLifetimeMs: number
  now: () => number
  randomBytes: (size: number) => Buffer
}

/** WeChat's promise: a code works for five minutes. */
export const codeLifetimeMs = 300_000

/** Codes beyond this number are dropped, the oldest first, so that a load test cannot fill the memory. */
const maximumCodes = 100_000

/** How long after a visit WeChat checks content of the user. */
const visitLifetimeMs = 7200_000

const devtoolsUser: UserOptions = { id: 'devtools', name: '开发者工具' }

export function createWechatState(options: WechatStateOptions): WechatState {
  const { sessionKeyMinimumLifetimeMs, randomBytes } = options
  const apps = new Map(options.apps.map((app) => [app.appId, { ...app }]))
  const configuredUsers = options.users.map(withPhone)
  const devtools = withPhone(devtoolsUser, configuredUsers.length)
  const users = new Map([...configuredUsers, devtools].map((user) => [user.id, user]))
  const visits = new Map<string, number>()
  const owners = new Map<string, Map<string, User>>()
  const codes = new Map<string, { appId: string; grant: Grant; mintedAt: number; used: boolean }>()
  const sessionKeys = new Map<string, { appId: string; value: string; createdAt: number }>()
  let clockOffsetMs = 0

  const now = () => options.now() + clockOffsetMs

  function currentSessionKey({ appId }: App, openid: string): string {
    const present = sessionKeys.get(openid)
    if (present && now() - present.createdAt < sessionKeyMinimumLifetimeMs) return present.value
    const value = randomBytes(16).toString('base64')
    sessionKeys.set(openid, { appId, value, createdAt: now() })
    return value
  }

  const visit = (app: App, user: User) => void visits.set(openidOf(app, user), now())

  /** WeChat knows every user's openid, also before the first login. */
  function usersByOpenid(app: App): Map<string, User> {
    const known = owners.get(app.appId)
    if (known) return known
    const made = new Map([...users.values()].map((user) => [openidOf(app, user), user]))
    owners.set(app.appId, made)
    return made
  }

  function grantTo(app: App, user: User): Grant {
    const openid = openidOf(app, user)
    visit(app, user)
    return { user, openid, sessionKey: currentSessionKey(app, openid) }
  }

  const unionidOf = ({ openPlatform }: App, user: User) =>
    openPlatform === undefined ? undefined : identifier('unionid', openPlatform, user.id)

  function withUnionid(app: App, grant: Grant): Grant {
    const unionid = unionidOf(app, grant.user)
    return unionid === undefined ? grant : { ...grant, unionid }
  }

  return {
    users: [...users.values()],
    app: (appId) => apps.get(appId),
    user: (userId) => users.get(userId),
    openidOf,
    unionidOf,
    userByOpenid(appId, openid) {
      const app = apps.get(appId)
      return app && usersByOpenid(app).get(openid)
    },
    setPhone: (user, phone) => void Object.assign(user, phone),
    visit,
    leave: (app, user) => void visits.delete(openidOf(app, user)),
    hasVisited(openid) {
      const visitedAt = visits.get(openid)
      return visitedAt !== undefined && now() - visitedAt <= visitLifetimeMs
    },

    login(app, user) {
      const code = randomBytes(24).toString('base64url')
      codes.set(code, { appId: app.appId, grant: grantTo(app, user), mintedAt: now(), used: false })
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
    isSessionKeyAlive: (app, user) => sessionKeys.has(openidOf(app, user)),
    sessionKeyOf(appId, openid) {
      const key = sessionKeys.get(openid)
      return key?.appId === appId ? key.value : undefined
    },
    resetSessionKey(openid) {
      const key = sessionKeys.get(openid)
      if (key) key.value = randomBytes(16).toString('base64')
      return key?.value
    },
    expireSessionKey: (app, user) => void sessionKeys.delete(openidOf(app, user)),

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

const openidOf = (app: App, user: User) => identifier('openid', app.appId, user.id)

/** The shape of WeChat's ids: `o` and 27 characters of URL-safe base64. The same at every start, on every machine. */
function identifier(...parts: string[]): string {
  return `o${createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 27)}`
}
