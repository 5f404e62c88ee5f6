import type { WechatPath } from '../domain/wechat-paths.ts'
import { type Deliver, delayedResponse, httpErrorResponse, responseFaults } from './apply-fault.ts'

/** A simulated error: WeChat rejects the request, or its response arrives badly. */
export type Fault = {
  name: string
  /** WeChat's errcode before it looks at the request; a code in it stays unused. */
  errcode?: number
  /** How the response arrives. For WeChat the call has taken place: a code in it is used up. */
  deliver?: Deliver
}

/** The prefix of a fault's name in a code of `wx.login`: `fault:45011`. */
const magicPrefix = 'fault:'

/** All fault names, for an error message. */
export const faultNames = `an errcode such as -1, 45011 or errcode 45011; an HTTP status from 500 to 599; slow:<ms>; ${Object.keys(responseFaults).join('; ')}`

/** Reads the name of a fault; `undefined` when there is none of this name. */
export function parseFault(name: string): Fault | undefined {
  const [, delayMs] = /^slow:(\d{1,5})$/.exec(name) ?? []
  if (delayMs !== undefined) return { name, deliver: delayedResponse(Number(delayMs)) }
  if (isResponseFault(name)) return { name, deliver: responseFaults[name] }
  if (/^5\d\d$/.test(name)) return { name, deliver: httpErrorResponse(Number(name)) }
  const [, errcode] = /^(?:errcode )?(-1|[1-9]\d{4,6})$/.exec(name) ?? []
  return errcode === undefined ? undefined : { name, errcode: Number(errcode) }
}

/** The fault that a magic code stands for; `undefined` for every other code. */
export function parseMagicCode(code: string): Fault | undefined {
  return code.startsWith(magicPrefix) ? parseFault(code.slice(magicPrefix.length)) : undefined
}

/** A fault for the next requests to one path. */
export type FaultSwitch = {
  /** `times`: for how many requests; absent: until it is cleared. */
  set(fault: Fault, path: WechatPath, times?: number): void
  clear(): void
  /** The current fault, its path and the remaining requests; `null` times: until cleared. */
  status(): { fault: string | null; path: WechatPath | null; times: number | null }
  /** The fault for this request, which counts as one of its times. */
  take(path: WechatPath): Fault | undefined
}

export function createFaultSwitch(): FaultSwitch {
  let current: Fault | undefined
  let currentPath: WechatPath = '/sns/jscode2session'
  let timesLeft = Number.POSITIVE_INFINITY

  return {
    set(fault, path, times = Number.POSITIVE_INFINITY) {
      current = fault
      currentPath = path
      timesLeft = times
    },
    clear() {
      current = undefined
    },
    status: () => ({
      fault: current?.name ?? null,
      path: current ? currentPath : null,
      times: current && Number.isFinite(timesLeft) ? timesLeft : null,
    }),
    take(path) {
      if (path !== currentPath) return undefined
      const fault = current
      timesLeft -= 1
      if (timesLeft === 0) current = undefined
      return fault
    },
  }
}

const isResponseFault = (name: string): name is keyof typeof responseFaults =>
  Object.hasOwn(responseFaults, name)
