import { onTestFinished } from 'vitest'
import { startWechatSimulator, type WechatSimulatorOptions } from '../src/start-simulator.ts'

export const app = { appId: 'wx0123456789abcdef', secret: '0123456789abcdef0123456789abcdef' }
export const otherApp = { appId: 'wxfedcba9876543210', secret: 'fedcba9876543210fedcba9876543210' }

export type Parameters = Partial<Record<'appid' | 'secret' | 'js_code' | 'grant_type', string>>

export type CallOptions = { by?: typeof app; query?: Record<string, string> }

/** A simulator for one test, and what a server, a phone and a tester do with it over HTTP. */
export async function startSimulator(options: Partial<WechatSimulatorOptions> = {}) {
  const simulator = await startWechatSimulator({ apps: [app, otherApp], ...options })
  onTestFinished(simulator.close)

  async function control(method: string, path: string, body?: unknown) {
    const json = body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    const response = await fetch(`${simulator.url}/__simulator/${path}`, { method, ...json })
    const text = await response.text()
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
  }

  /** `GET /sns/jscode2session` with just these parameters. */
  const request = (parameters: Parameters, init: RequestInit = {}) =>
    fetch(`${simulator.url}/sns/jscode2session?${new URLSearchParams(parameters)}`, init)

  /** A server: the access token for an AppSecret. */
  async function accessToken({ appId, secret } = app): Promise<string> {
    const body = JSON.stringify({ grant_type: 'client_credential', appid: appId, secret })
    const response = await fetch(`${simulator.url}/cgi-bin/stable_token`, { method: 'POST', body })
    return JSON.parse(await response.text()).access_token
  }

  return {
    ...simulator,
    control,
    request,
    accessToken,

    /** A server: a call with an access token. A text is sent as it is, anything else as JSON, nothing by GET. */
    async callWechat(path: string, body: unknown, { by = app, query }: CallOptions = {}) {
      const parameters = new URLSearchParams({ access_token: await accessToken(by), ...query })
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      const init = body === undefined ? {} : { method: 'POST', body: text }
      const response = await fetch(`${simulator.url}${path}?${parameters}`, init)
      return JSON.parse(await response.text())
    },

    /** A phone: `wx.login`. */
    async login(person: string, appId = app.appId): Promise<string> {
      const { body } = await control('POST', 'login', { appId, person })
      return body.code
    },

    /** A phone: the code of the phone button. */
    async phoneCode(person: string, appId = app.appId): Promise<string> {
      const { body } = await control('POST', 'phone-code', { appId, person })
      return body.code
    },

    /** A phone: `wx.checkSession`. */
    async isSessionKeyAlive(person: string): Promise<boolean> {
      const { body } = await control('POST', 'check-session', { appId: app.appId, person })
      return body.alive
    },

    /** A server: the raw response to a code. */
    exchangeRaw: (code: string, { appId, secret } = app, init?: RequestInit) =>
      request({ appid: appId, secret, js_code: code, grant_type: 'authorization_code' }, init),

    /** A server: the parsed response to a code. */
    async exchange(code: string, by = app) {
      const response = await this.exchangeRaw(code, by)
      return JSON.parse(await response.text())
    },
  }
}

export type Simulator = Awaited<ReturnType<typeof startSimulator>>
