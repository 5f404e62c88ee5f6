import { isPublished } from './published-values.ts'
import { InvalidValue } from './value-types.ts'

/** A mini program and the secret with which WeChat knows its server. */
export type WechatApp = {
  appId: string
  secret: string
  /** With what WeChat signs, and in safe mode encrypts, the messages that it pushes; absent: it pushes none. */
  push?: { token: string; encodingAesKey?: string }
}

/** Parses JSON such as `[{ "appId": "wx…", "secret": "…", "push"?: { "token": "…", "encodingAesKey"?: "…" } }]`. @throws InvalidValue */
export function parseWechatApps(text: string): [WechatApp, ...WechatApp[]] {
  const shape = 'must be JSON such as [{"appId":"wx…","secret":"…"}]'
  let apps: unknown
  try {
    apps = JSON.parse(text)
  } catch {
    throw new InvalidValue(`is not JSON; it ${shape}`)
  }
  if (!Array.isArray(apps) || apps.length === 0) throw new InvalidValue(shape)
  for (const [index, app] of apps.entries()) {
    if (!isNonEmptyString(app?.appId))
      throw new InvalidValue(`entry ${index + 1} has no "appId"; it ${shape}`)
    if (/\s/.test(app.appId))
      throw new InvalidValue(
        `entry ${index + 1} has spaces in its "appId" (${JSON.stringify(app.appId)}): take them out`,
      )
    if (!isNonEmptyString(app.secret))
      throw new InvalidValue(`entry ${index + 1} (${app.appId}) has no "secret"; it ${shape}`)
    if (/\s/.test(app.secret))
      throw new InvalidValue(`entry ${index + 1} (${app.appId}) has spaces in its "secret": take them out`)
    if (apps.findIndex((other) => other.appId === app.appId) !== index)
      throw new InvalidValue(`has the AppID ${app.appId} twice`)
    const issue = app.push === undefined ? null : findPushIssue(app.push)
    if (issue) throw new InvalidValue(`entry ${index + 1} (${app.appId}) ${issue}`)
  }
  return apps.map(({ appId, secret, push }) => ({
    appId,
    secret,
    ...(push ? { push: readPush(push) } : {}),
  })) as [WechatApp, ...WechatApp[]]
}

function findPushIssue(push: unknown): string | null {
  const { token, encodingAesKey } = (push ?? {}) as Record<string, unknown>
  if (!isNonEmptyString(token))
    return 'has a "push" without a "token": the one that you set in WeChat\'s console'
  if (/\s/.test(token)) return 'has a "push" with spaces in its "token": take them out'
  if (encodingAesKey === undefined) return null
  if (typeof encodingAesKey !== 'string' || encodingAesKey.length !== 43)
    return 'has a "push" whose "encodingAesKey" has not exactly 43 characters'
  if (!/^[A-Za-z0-9+/]+$/.test(encodingAesKey))
    return 'has a "push" whose "encodingAesKey" is not letters and digits alone'
  return null
}

const readPush = ({ token, encodingAesKey }: NonNullable<WechatApp['push']>) =>
  encodingAesKey === undefined ? { token } : { token, encodingAesKey }

const isNonEmptyString = (value: unknown): value is string => typeof value === 'string' && value !== ''

/** @returns the first issue of the mini programs in production mode. It never shows a secret. */
export function findProductionIssue(apps: WechatApp[]): string | null {
  const seen = new Set<string>()
  for (const app of apps) {
    const issue = findFormIssue(app) ?? findSecretIssue(app, seen)
    if (issue) return `"${app.appId}" ${issue}`
  }
  return null
}

function findFormIssue({ appId, secret, push }: WechatApp): string | null {
  if (appId === 'touristappid')
    return "is the simulator's: put in the AppID and AppSecret of your mini program"
  if (!/^wx[\da-f]{16}$/.test(appId))
    return 'is not an AppID: WeChat\'s are "wx" and 16 of the characters 0-9 and a-f'
  if (isGuessable(appId.slice(2), 4)) return 'is a made-up AppID: put in that of your mini program'
  if (!/^[\da-f]{32}$/i.test(secret))
    return "has a secret that is not an AppSecret: WeChat's are 32 of the characters 0-9 and a-f"
  if (!push) return null
  if (push.encodingAesKey === undefined)
    return 'has a push without an "encodingAesKey": plain mode signs no message, so choose 安全模式 in WeChat\'s console'
  if (!/^[A-Za-z\d]{16,32}$/.test(push.token))
    return "has a push token that is not 16 to 32 letters and digits: make one by openssl rand -hex 16, and set it in WeChat's console"
  return null
}

function findSecretIssue({ secret, push }: WechatApp, seen: Set<string>): string | null {
  const secrets = { AppSecret: secret, 'push token': push?.token, encodingAesKey: push?.encodingAesKey }
  for (const [name, value] of Object.entries(secrets)) {
    if (value === undefined) continue
    if (isPublished(value)) return `has an example's ${name}, which everyone can read: take your own`
    if (isGuessable(value, 6)) return `has a made-up ${name}: take one that is random`
    if (seen.has(value)) return `repeats a secret as its ${name}: every secret has one purpose`
    seen.add(value)
  }
  return null
}

/** Few different characters, or a word repeated: no random text of this length looks like that. */
const isGuessable = (text: string, minimumCharacters: number) =>
  new Set(text.toLowerCase()).size < minimumCharacters || /^(.+?)\1+$/.test(text)
