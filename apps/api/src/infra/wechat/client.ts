import type { FastifyBaseLogger } from 'fastify'
import type { Config } from '../../config/config.ts'
import { createCallWithToken } from './authorized-call.ts'
import { type ContentChecks, createContentChecks } from './content-check.ts'
import { createWechatHttp, type WechatCall } from './http.ts'
import { createLoginCodeCalls, type LoginCodeCalls } from './login-code.ts'
import { createPhoneCodeCalls, type PhoneCodeCalls } from './phone-code.ts'
import { createSessionKeyCalls, type SessionKeyCalls } from './session-key.ts'

/** All that we ask WeChat for. */
export type WechatClient = LoginCodeCalls &
  SessionKeyCalls &
  PhoneCodeCalls &
  ContentChecks & { close(): Promise<void> }

/** The one implementation: WeChat over HTTP. Development points `apiUrl` at the simulator, and nothing else differs. */
export function createWechatClient(
  config: Omit<Config['wechat'], 'apps'>,
  { log, onCallEnd = () => {} }: { log: FastifyBaseLogger; onCallEnd?: (call: WechatCall) => void },
): WechatClient {
  const http = createWechatHttp(config, { log, onCallEnd })
  const callWithToken = createCallWithToken(http, log)
  return {
    ...createLoginCodeCalls(http),
    ...createSessionKeyCalls(callWithToken),
    ...createPhoneCodeCalls(callWithToken),
    ...createContentChecks(callWithToken),
    close: () => http.close(),
  }
}
