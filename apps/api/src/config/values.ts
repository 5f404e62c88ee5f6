import { isIP } from 'node:net'

/** A secret with a name, so that a new one can take over while the old one is still accepted. */
export type Key = { id: string; secret: Buffer }

/** A mini program and the secret with which WeChat knows its server. */
export type WechatApp = {
  appId: string
  secret: string
  /** With what WeChat signs, and in safe mode encrypts, the messages that it pushes; absent: it pushes none. */
  push?: { token: string; encodingAesKey?: string }
}

/** `id:base64` pairs, separated by commas: the newest first. */
export function parseKeys(
  text: string,
  { minimumBytes, maximumBytes = 1024 }: { minimumBytes: number; maximumBytes?: number },
): Key[] | string {
  const keys: Key[] = []
  for (const part of text.split(',')) {
    const [, id, encoded] = /^\s*([\w-]{1,32}):([A-Za-z0-9+/_-]+={0,2})\s*$/.exec(part) ?? []
    if (!id || !encoded)
      return 'must be id:base64 pairs, separated by commas, such as k1:<openssl rand -base64 32>'
    const secret = Buffer.from(encoded, 'base64')
    if (secret.length < minimumBytes || secret.length > maximumBytes) {
      const size = minimumBytes === maximumBytes ? `exactly ${minimumBytes}` : `at least ${minimumBytes}`
      return `"${id}" has ${secret.length} bytes, and must have ${size}: openssl rand -base64 32`
    }
    if (keys.some((key) => key.id === id)) return `has the id "${id}" twice`
    keys.push({ id, secret })
  }
  return keys
}

/** IP addresses and CIDR blocks, separated by commas. A block that holds every address is a mistake, never a wish. */
export function parseAddresses(text: string): string[] | string {
  const blocks = text.split(',').flatMap((part) => part.trim() || [])
  for (const block of blocks) {
    const [, address = '', length] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(block) ?? []
    const version = isIP(address)
    if (version === 0 || Number(length ?? 1) > (version === 4 ? 32 : 128))
      return `must be addresses or CIDR blocks, separated by commas, such as 10.0.0.0/8,fd00::/8; "${block}" is none`
    if (length !== undefined && Number(length) < shortestPrefix(address))
      return `must not trust everybody: with "${block}" a client could choose its address`
  }
  return blocks
}

/** The largest blocks that anybody owns alone are private ones: 10.0.0.0/8 and fc00::/7. */
function shortestPrefix(address: string): number {
  if (isIP(address) === 4) return 8
  return /^::ffff:/i.test(address) ? 96 + 8 : 7
}

/** JSON: `[{ "appId": "wx…", "secret": "…", "push"?: { "token": "…", "encodingAesKey"?: "…" } }]`. The first is the default. */
export function parseWechatApps(text: string): WechatApp[] | string {
  const shape = 'must be JSON such as [{"appId":"wx…","secret":"…"}]'
  let apps: unknown
  try {
    apps = JSON.parse(text)
  } catch {
    return `is not JSON; it ${shape}`
  }
  if (!Array.isArray(apps) || apps.length === 0) return shape
  for (const [index, app] of apps.entries()) {
    if (!isNonEmptyString(app?.appId)) return `entry ${index + 1} has no "appId"; it ${shape}`
    if (/\s/.test(app.appId))
      return `entry ${index + 1} has spaces in its "appId" (${JSON.stringify(app.appId)}): take them out`
    if (!isNonEmptyString(app.secret)) return `entry ${index + 1} (${app.appId}) has no "secret"; it ${shape}`
    if (/\s/.test(app.secret))
      return `entry ${index + 1} (${app.appId}) has spaces in its "secret": take them out`
    if (apps.findIndex((other) => other.appId === app.appId) !== index)
      return `has the AppID ${app.appId} twice`
    const fault = app.push === undefined ? null : faultOfPush(app.push)
    if (fault) return `entry ${index + 1} (${app.appId}) ${fault}`
  }
  return apps.map(({ appId, secret, push }) => ({ appId, secret, ...(push ? { push: readPush(push) } : {}) }))
}

function faultOfPush(push: unknown): string | null {
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

/** Credentials may be in it, a path may not: a proxy has none. */
export function isProxyUrl(text: string): boolean {
  if (!/^https?:\/\/[^/?#]+\/?$/.test(text) || !URL.canParse(text)) return false
  const { username, password } = new URL(text)
  try {
    decodeURIComponent(username + password)
  } catch {
    return false
  }
  // A proxy that wants only one of them would get neither.
  return (username === '') === (password === '')
}

/** Whether a URL leads back to the machine that asks. */
export const isLoopback = (url: string): boolean =>
  /^((.+\.)?localhost|127(\.\d+){3}|0\.0\.0\.0|\[::(1|ffff:7f[\da-f]{2}:[\da-f]{1,4})?\])$/.test(
    new URL(url).hostname,
  )

const isNonEmptyString = (value: unknown): value is string => typeof value === 'string' && value !== ''
