import { code2SessionPath, type FaultSwitch, faultNames, faultPaths, parseFault } from './faults.ts'
import { type Handler, HttpError, readJson, refuseForeign, sendJson, urlOf } from './http.ts'
import type { IpAllowList } from './ip-allow-list.ts'
import type { App, Person, WechatState } from './wechat-state.ts'

export type ControlParts = { state: WechatState; faults: FaultSwitch; ipAllowList: IpAllowList }

type Body = Readonly<Record<string, unknown>>
/** Returns what is answered as JSON; `undefined` is a 204. */
type Operation = (body: Body) => unknown

const namespace = '/__simulator/'

/** What is outside WeChat's own name space: the things that happen on phones, and switches for trying failures. */
export function createControl(parts: ControlParts): Handler {
  const operations = new Map<string, Operation>(Object.entries(createOperations(parts)))

  return async (request, response) => {
    const { pathname } = urlOf(request)
    if (!pathname.startsWith(namespace)) return false
    refuseForeign(request)

    const operation = operations.get(`${request.method} ${pathname}`)
    if (!operation) throw new HttpError(404, `no ${request.method} ${pathname} here`)
    const takesBody = request.method === 'POST' || request.method === 'PUT'
    const answer = operation(takesBody ? asObject(await readJson(request)) : {})
    if (answer === undefined) response.writeHead(204).end()
    else sendJson(response, 200, answer)
    return true
  }
}

function createOperations({ state, faults, ipAllowList }: ControlParts) {
  const appOf = (body: Body): App => {
    const appId = textOf(body, 'appId')
    return state.app(appId) ?? fail(404, `no app ${JSON.stringify(appId)} is configured`)
  }
  const personOf = (body: Body): Person => {
    const id = textOf(body, 'person')
    const known = state.people.map((person) => person.id).join(', ')
    return state.person(id) ?? fail(404, `there is no person ${JSON.stringify(id)}, only ${known}`)
  }

  return {
    'GET /__simulator/people': () => ({ people: state.people }),
    'POST /__simulator/login': (body) => ({ code: state.login(appOf(body), personOf(body)) }),
    'POST /__simulator/check-session': (body) => ({
      alive: state.isSessionKeyAlive(appOf(body), personOf(body)),
    }),
    'POST /__simulator/expire-session-key': (body) => state.expireSessionKey(appOf(body), personOf(body)),

    'GET /__simulator/fault': () => faults.status(),
    'PUT /__simulator/fault': (body) => {
      const name = textOf(body, 'fault')
      const fault =
        parseFault(name) ?? fail(400, `there is no fault ${JSON.stringify(name)}; there are ${faultNames}`)
      const path = body.path === undefined ? code2SessionPath : textOf(body, 'path')
      if (!faultPaths.includes(path))
        fail(404, `there is no ${JSON.stringify(path)}, only ${faultPaths.join(', ')}`)
      faults.set(fault, path, body.times === undefined ? undefined : countOf(body, 'times'))
      return faults.status()
    },
    'DELETE /__simulator/fault': () => faults.clear(),

    'POST /__simulator/clock': (body) => {
      state.advanceClock(countOf(body, 'advanceMs'))
      return { now: new Date(state.now()).toISOString() }
    },
    'PUT /__simulator/ip-allow-list': (body) => {
      try {
        ipAllowList.set(textsOf(body, 'ipAllowList'))
      } catch (cause) {
        throw cause instanceof TypeError ? new HttpError(400, cause.message, { cause }) : cause
      }
    },
    'PUT /__simulator/app': (body) =>
      state.bind(appOf(body), body.openPlatform === null ? undefined : textOf(body, 'openPlatform')),
  } satisfies Record<`${'GET' | 'POST' | 'PUT' | 'DELETE'} ${typeof namespace}${string}`, Operation>
}

function fail(status: number, message: string): never {
  throw new HttpError(status, message)
}

function asObject(body: unknown): Body {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpError(400, 'the body must be a JSON object')
  }
  return body as Body
}

function textOf(body: Body, field: string): string {
  const value = body[field]
  if (typeof value !== 'string' || value === '') throw new HttpError(400, `"${field}" must be a text`)
  return value
}

function textsOf(body: Body, field: string): string[] {
  const value = body[field]
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
    throw new HttpError(400, `"${field}" must be a list of texts`)
  }
  return value
}

/** A hundred years in milliseconds: a date that far away is still a date. */
const maximumCount = 3_155_760_000_000

function countOf(body: Body, field: string): number {
  const value = body[field]
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > maximumCount) {
    throw new HttpError(400, `"${field}" must be a whole number from 1 to ${maximumCount}`)
  }
  return value
}
