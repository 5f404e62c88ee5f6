import { onTestFinished } from 'vitest'
import { startWechatSimulator, type WechatSimulatorOptions } from '../src/server.ts'

export const app = { appId: 'wx0123456789abcdef', secret: '0123456789abcdef0123456789abcdef' }
export const otherApp = { appId: 'wxfedcba9876543210', secret: 'fedcba9876543210fedcba9876543210' }

export type Parameters = Partial<Record<'appid' | 'secret' | 'js_code' | 'grant_type', string>>

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

  return {
    ...simulator,
    control,
    request,

    /** A phone: `wx.login`. */
    async login(person: string, appId = app.appId): Promise<string> {
      const { body } = await control('POST', 'login', { appId, person })
      return body.code
    },

    /** A phone: `wx.checkSession`. */
    async isSessionKeyAlive(person: string): Promise<boolean> {
      const { body } = await control('POST', 'check-session', { appId: app.appId, person })
      return body.alive
    },

    /** A server: the raw answer to a code. */
    exchangeRaw: (code: string, { appId, secret } = app, init?: RequestInit) =>
      request({ appid: appId, secret, js_code: code, grant_type: 'authorization_code' }, init),

    /** A server: the parsed answer to a code. */
    async exchange(code: string, by = app) {
      const response = await this.exchangeRaw(code, by)
      return JSON.parse(await response.text())
    },
  }
}

export type Simulator = Awaited<ReturnType<typeof startSimulator>>
