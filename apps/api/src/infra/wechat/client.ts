import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../../config/config.ts'
import { createAuthorizedCall } from './authorized-call.ts'
import { type ContentChecks, createContentChecks } from './content-check.ts'
import { createWechatHttp, type WechatCall } from './http.ts'
import { createLoginCodeCalls, type LoginCodeCalls } from './login-code.ts'
import { createPhoneCodeCalls, type PhoneCodeCalls } from './phone-code.ts'
import { createSessionKeyCalls, type SessionKeyCalls } from './session-key.ts'

/** Every WeChat API that we call. */
export type WechatClient = LoginCodeCalls &
  SessionKeyCalls &
  PhoneCodeCalls &
  ContentChecks & { close(): Promise<void> }

/** The only implementation: WeChat over HTTP. Development points `apiUrl` at the simulator; nothing else differs. */
export function createWechatClient(
  config: Omit<Config['wechat'], 'apps'>,
  { log, onCallEnd = () => {} }: { log: FastifyBaseLogger; onCallEnd?: (call: WechatCall) => void },
): WechatClient {
  const http = createWechatHttp(config, { log, onCallEnd })
  const authorizedCall = createAuthorizedCall(http, log)
  return {
    ...createLoginCodeCalls(http),
    ...createSessionKeyCalls(authorizedCall),
    ...createPhoneCodeCalls(authorizedCall),
    ...createContentChecks(authorizedCall),
    close: () => http.close(),
  }
}
