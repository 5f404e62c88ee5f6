import type { App } from './domain/app.ts'
import { isEncodingAesKey } from './domain/app.ts'

export type Environment = {
  port: number
  apps: App[]
  /** The API's origin, the only one that the preview's network reaches. */
  apiOrigin: string
}

// The simulator's only module that reads the environment of `pnpm dev`.
// biome-ignore lint/style/noProcessEnv: see above
const variables = process.env

const developmentApps: App[] = [{ appId: 'touristappid', secret: '00000000000000000000000000000000' }]

/** Read at every call: a test may change it. */
export const isProduction = (): boolean => variables.NODE_ENV === 'production'

/** Throws an `Error` with one line of advice that contains no secret. */
export function readEnvironment(): Environment {
  const publicUrl = urlOf(variables.PUBLIC_URL)
  return {
    port: portOf(variables.WECHAT_SIMULATOR_PORT),
    apps: appsOf(variables.WECHAT_APPS).map((app) => withPushUrl(app, publicUrl)),
    apiOrigin: new URL(publicUrl).origin,
  }
}

function portOf(text = '4100'): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port
  throw new Error(`WECHAT_SIMULATOR_PORT must be a port from 1 to 65535, not ${JSON.stringify(text)}.`)
}

function appsOf(text: string | undefined): App[] {
  if (text === undefined) return developmentApps
  const apps = parseJson(text)
  if (Array.isArray(apps) && apps.length > 0 && apps.every(isApp)) return apps
  throw new Error('WECHAT_APPS must be JSON of the form [{ "appId": "wx…", "secret": "…" }].')
}

function urlOf(text: string | undefined): string {
  const url = text || 'http://127.0.0.1:3000'
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url
  throw new Error(`PUBLIC_URL must begin with http:// or https://, but is ${JSON.stringify(text)}.`)
}

/** The API's push URL, unless the app has its own. */
const withPushUrl = ({ push, ...app }: App, publicUrl: string): App =>
  push
    ? { ...app, push: { url: `${publicUrl.replace(/\/$/, '')}/v1/wechat/push/${app.appId}`, ...push } }
    : app

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isApp(value: unknown): value is App {
  const { appId, secret, openPlatform = '', push } = (value ?? {}) as Record<string, unknown>
  const areTexts = typeof appId === 'string' && typeof secret === 'string' && typeof openPlatform === 'string'
  return areTexts && appId !== '' && secret !== '' && (push === undefined || isPush(push))
}

function isPush(value: unknown): value is App['push'] {
  const { url, token, encodingAesKey } = (value ?? {}) as Record<string, unknown>
  const hasUrl =
    url === undefined || (typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url))
  const hasKey =
    encodingAesKey === undefined || (typeof encodingAesKey === 'string' && isEncodingAesKey(encodingAesKey))
  return typeof token === 'string' && token !== '' && hasUrl && hasKey
}
