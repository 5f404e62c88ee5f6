import { randomBytes } from 'node:crypto'
import { type Handler, startLocalServer } from '@repo/tooling/local-http'
import { createControlApi } from './control-api/control-api.ts'
import { createAccessTokens } from './domain/access-tokens.ts'
import type { App } from './domain/app.ts'
import { createCallCounter } from './domain/call-counter.ts'
import { createIpAllowList } from './domain/ip-allow-list.ts'
import { createPhoneCodes } from './domain/phone-codes.ts'
import { createQuotas, type Quota } from './domain/quotas.ts'
import type { UserOptions } from './domain/users.ts'
import type { WechatPath } from './domain/wechat-paths.ts'
import { createWechatState } from './domain/wechat-state.ts'
import { isProduction } from './environment.ts'
import { createFaultSwitch } from './faults/fault-switch.ts'
import { createMediaCheck, createMediaVerdict } from './push/media-check.ts'
import { createMessagePush } from './push/message-push.ts'
import { createCheckSession } from './wechat-api/check-session.ts'
import { createCode2Session } from './wechat-api/code2session.ts'
import { createGetUserPhoneNumber } from './wechat-api/get-user-phone-number.ts'
import { createMediaCheckAsync } from './wechat-api/media-check-async.ts'
import { createMsgSecCheck, defaultKeywords, type Keywords } from './wechat-api/msg-sec-check.ts'
import { createResetUserSessionKey } from './wechat-api/reset-user-session-key.ts'
import { createStableToken } from './wechat-api/stable-token.ts'
import { createToken } from './wechat-api/token.ts'

export type { App } from './domain/app.ts'
export type { User, UserOptions } from './domain/users.ts'
export type { Keywords } from './wechat-api/msg-sec-check.ts'

export type WechatSimulatorOptions = {
  /** Default: 0, any free port. */
  port?: number
  apps: readonly App[]
  /** Default: four. There is always `devtools` too, the user of WeChat DevTools. */
  users?: readonly UserOptions[]
  /** A new code rotates the session_key only when the key is at least this old. Default: 0, always. */
  sessionKeyMinimumLifetimeMs?: number
  /** IPs that may use an AppSecret, as in WeChat's console. Default: all. */
  ipAllowList?: readonly string[]
  /** The words that WeChat finds harmful. Default: `违规` and `risky` are risky, `review` is for a human to review. */
  keywords?: Keywords
  /** How many calls an app may make to a path. Default: WeChat's own numbers, where they are documented. */
  quotas?: Partial<Record<WechatPath, Quota>>
  /** How long WeChat waits for the response to a message push. Default: 5000. */
  pushTimeoutMs?: number
  /** How long after its response WeChat downloads an image. Default: 100. */
  mediaCheckDelayMs?: number
  /** Responds to what is neither WeChat's nor the control API's, such as the preview. */
  fallback?: Handler
  /** Milliseconds since 1970. Default: the clock of this machine. */
  now?: () => number
  /** Receives one line per request to WeChat, without code, secret, token and session_key. Default: no log. */
  log?: (line: string) => void
}

export type WechatSimulator = {
  /** Takes the place of `https://api.weixin.qq.com`; no slash at the end. */
  url: string
  /** Ends at once and closes waiting connections. May be called again. */
  close(): Promise<void>
}

const defaultUsers: readonly UserOptions[] = [
  { id: 'xiaoming', name: '王小明' },
  { id: 'xiaohong', name: '李小红' },
  { id: 'zhangwei', name: '张伟' },
  { id: 'chenjing', name: '陈静' },
]

/** Starts WeChat for this machine alone. Rejects in production, and when the port is taken. */
export async function startWechatSimulator(options: WechatSimulatorOptions): Promise<WechatSimulator> {
  if (isProduction()) {
    throw new Error(
      'The WeChat simulator lets every client log in as every user: it does not run with NODE_ENV=production.',
    )
  }

  const state = createWechatState({
    apps: options.apps,
    users: options.users ?? defaultUsers,
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
  const stopping = new AbortController()
  const { signal } = stopping
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
    createControlApi(parts),
  ]
  if (options.fallback) handlers.push(options.fallback)

  const server = await startLocalServer({ port: options.port ?? 0, handlers, name: 'The WeChat simulator' })
  const close = async () => {
    stopping.abort()
    await server.close()
  }
  return { url: server.url, close }
}
