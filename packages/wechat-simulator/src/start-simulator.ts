import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAccessTokens } from './domain/access-tokens.ts'
import { createCallCounter } from './domain/call-counter.ts'
import { createCheckSession } from './wechat-api/check-session.ts'
import { createCode2Session } from './wechat-api/code2session.ts'
import { createControl } from './control-api/control-api.ts'
import { isProduction } from './environment.ts'
import { createFaultSwitch } from './faults/fault-switch.ts'
import { createGetUserPhoneNumber } from './wechat-api/get-user-phone-number.ts'
import { type Handler, HttpError, refuseForeign, sendJson } from './http.ts'
import { createIpAllowList } from './domain/ip-allow-list.ts'
import { createMediaCheck, createMediaVerdict } from './push/media-check.ts'
import { createMediaCheckAsync } from './wechat-api/media-check-async.ts'
import { createMessagePush } from './push/message-push.ts'
import { createMsgSecCheck, defaultKeywords, type Keywords } from './wechat-api/msg-sec-check.ts'
import type { PersonOptions } from './domain/users.ts'
import { createPhoneCodes } from './domain/phone-codes.ts'
import { createPreview, type PreviewOptions } from '../../weapp-preview/src/server/preview.ts'
import { createQuotas, type Quota } from './domain/quotas.ts'
import { createResetUserSessionKey } from './wechat-api/reset-user-session-key.ts'
import { createStableToken } from './wechat-api/stable-token.ts'
import { createToken } from './wechat-api/token.ts'
import type { WechatPath } from './domain/wechat-paths.ts'
import { type App, createWechatState } from './domain/wechat-state.ts'

export type { Keywords } from './wechat-api/msg-sec-check.ts'
export type { PersonOptions } from './domain/users.ts'
export type { PreviewOptions } from '../../weapp-preview/src/server/preview.ts'
export type { App, Person } from './domain/wechat-state.ts'

export type WechatSimulatorOptions = {
  /** Default: 0, any free one. */
  port?: number
  apps: readonly App[]
  /** Default: a handful. Besides them there is always `devtools`, the person of WeChat DevTools. */
  people?: readonly PersonOptions[]
  /** A new code rotates the session key only when the key is at least this old. Default: 0, always. */
  sessionKeyMinimumLifetimeMs?: number
  /** Addresses that may use an AppSecret, as in WeChat's console. Default: all. */
  ipAllowList?: readonly string[]
  /** What WeChat finds harmful in texts. Default: `违规` and `risky`; for a human to look at: `review`. */
  keywords?: Keywords
  /** How many calls an app may make to a path. Default: WeChat's own numbers, where they are documented. */
  quotas?: Partial<Record<WechatPath, Quota>>
  /** How long WeChat waits for the answer to a message push, in milliseconds. Default: 5000. */
  pushTimeoutMs?: number
  /** How long after its answer WeChat looks at a picture, in milliseconds. Default: 100. */
  mediaCheckDelayMs?: number
  /** The phone in the browser. Default: there is none. */
  preview?: PreviewOptions
  /** Milliseconds since 1970. Default: the clock of this machine. */
  now?: () => number
  /** Receives one line per request to WeChat, without code, secret, token and session key. Default: nobody. */
  log?: (line: string) => void
}

export type WechatSimulator = {
  /** Takes the place of `https://api.weixin.qq.com`; no slash at the end. */
  url: string
  /** Ends at once; connections that wait for an answer are closed. May be called again. */
  close(): Promise<void>
}

const defaultPeople: readonly PersonOptions[] = [
  { id: 'xiaoming', name: '王小明' },
  { id: 'xiaohong', name: '李小红' },
  { id: 'zhangwei', name: '张伟' },
  { id: 'chenjing', name: '陈静' },
]

/** Starts WeChat on this machine, for this machine alone. Rejects in production, and when the port is taken. */
export async function startWechatSimulator(options: WechatSimulatorOptions): Promise<WechatSimulator> {
  if (isProduction()) {
    throw new Error(
      'The WeChat simulator lets anybody log in as anybody: it does not run with NODE_ENV=production.',
    )
  }

  const state = createWechatState({
    apps: options.apps,
    people: options.people ?? defaultPeople,
    sessionKeyMinimumLifetimeMs: options.sessionKeyMinimumLifetimeMs ?? 0,
    now: options.now ?? Date.now,
    randomBytes,
  })
  const faults = createFaultSwitch()
  const ipAllowList = createIpAllowList(options.ipAllowList)
  const accessTokens = createAccessTokens({ now: state.now, randomBytes })
  const phoneCodes = createPhoneCodes({ state, randomBytes })
  const calls = createCallCounter()
  const { log = () => {} } = options
  const ending = new AbortController()
  const { signal } = ending
  const messagePush = createMessagePush({
    apps: options.apps,
    now: state.now,
    randomBytes,
    timeoutMs: options.pushTimeoutMs ?? 5000,
    signal,
    log,
  })
  const mediaVerdict = createMediaVerdict()
  const delayMs = options.mediaCheckDelayMs ?? 100
  const parts = {
    state,
    faults,
    ipAllowList,
    accessTokens,
    phoneCodes,
    calls,
    quotas: createQuotas({ now: state.now, quotas: options.quotas }),
    messagePush,
    mediaVerdict,
    mediaCheck: createMediaCheck({ state, messagePush, mediaVerdict, delayMs, signal, log }),
    keywords: options.keywords ?? defaultKeywords,
    now: state.now,
    log,
  }

  const handlers: Handler[] = [
    calls.handle,
    createCode2Session(parts),
    createToken(parts),
    createStableToken(parts),
    createCheckSession(parts),
    createResetUserSessionKey(parts),
    createGetUserPhoneNumber(parts),
    createMsgSecCheck(parts),
    createMediaCheckAsync(parts),
    createControl(parts),
  ]
  const preview = options.preview && createPreview(options.preview)
  if (preview) handlers.push(preview.handle)

  const simulator = await listen(handlers, options.port ?? 0)
  const close = async () => {
    ending.abort()
    await preview?.close()
    await simulator.close()
  }
  return { ...simulator, close }
}

function listen(handlers: readonly Handler[], port: number): Promise<WechatSimulator> {
  const server = createServer((request, response) => void handle(handlers, request, response))
  // Longer than clients wait between two requests: a connection that is closed just as it is used again is an error to them.
  server.keepAliveTimeout = 75_000

  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })

  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close })
    })
  })
}

async function handle(handlers: readonly Handler[], request: IncomingMessage, response: ServerResponse) {
  // For browsers that say nothing of the site that asks.
  response.setHeader('cross-origin-resource-policy', 'same-origin')
  try {
    refuseForeign(request)
    for (const handler of handlers) if (await handler(request, response)) return
    throw new HttpError(404, `no ${request.method} ${request.url?.split('?')[0]} here`)
  } catch (error) {
    refuse(response, error)
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  const known = error instanceof HttpError
  if (!known) console.error('The WeChat simulator failed:', error)
  if (response.headersSent) response.destroy()
  else sendJson(response, known ? error.status : 500, { error: known ? error.message : 'internal error' })
}
