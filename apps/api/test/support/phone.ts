import type { LoginResult, Problem, RefreshResult } from '@repo/shared'
import { consent } from './consent.ts'
import { firstApp } from './test-app.ts'

/** An answer over HTTP; `null` when the connection broke and the phone knows nothing. */
export type Reply<Body> = { status: number; body: Body & { code?: Problem['code'] } } | null

/** A phone that speaks to API processes over HTTP. */
export type Phone = {
  /** @param body what the login says beside its code. */
  logIn(apiUrl: string, person: string, body?: object): Promise<Reply<LoginResult>>
  refresh(apiUrl: string, refreshToken: string): Promise<Reply<RefreshResult>>
  /** The status of `GET /v1/me`. */
  me(apiUrl: string, accessToken: string): Promise<number | undefined>
}

export function createPhone(simulatorUrl: string): Phone {
  async function post<Body>(url: string, body: object): Promise<Reply<Body>> {
    try {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
      return { status: response.status, body: (await response.json()) as Body & object }
    } catch {
      return null
    }
  }

  return {
    async logIn(apiUrl, person, body = {}) {
      const minted = await post<{ code: string }>(`${simulatorUrl}/__simulator/login`, {
        appId: firstApp,
        person,
      })
      if (!minted) throw new Error('the simulator is away')
      return post(`${apiUrl}/v1/auth/login`, { code: minted.body.code, consent, ...body })
    },
    refresh: (apiUrl, refreshToken) => post(`${apiUrl}/v1/auth/refresh`, { refreshToken }),
    async me(apiUrl, accessToken) {
      const headers = { authorization: `Bearer ${accessToken}` }
      return (await fetch(`${apiUrl}/v1/me`, { headers }).catch(() => null))?.status
    },
  }
}
