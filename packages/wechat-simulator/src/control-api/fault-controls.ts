import { HttpError } from '@repo/tooling/local-http'
import type { CallCounter } from '../domain/call-counter.ts'
import type { IpAllowList } from '../domain/ip-allow-list.ts'
import { isWechatPath, wechatPaths } from '../domain/wechat-paths.ts'
import type { WechatState } from '../domain/wechat-state.ts'
import { type FaultSwitch, faultNames, parseFault } from '../faults/fault-switch.ts'
import { countOf, fail, type Operations, optional, textOf, textsOf } from './body.ts'
import { appOf } from './params.ts'

export type FaultControlParts = {
  state: WechatState
  faults: FaultSwitch
  ipAllowList: IpAllowList
  calls: CallCounter
}

/** Simulated errors, WeChat's clock, its console settings and the count of calls. */
export function createFaultControls({ state, faults, ipAllowList, calls }: FaultControlParts) {
  return {
    'GET /__simulator/fault': () => faults.status(),
    'PUT /__simulator/fault': (body) => {
      const name = textOf(body, 'fault')
      const fault =
        parseFault(name) ?? fail(400, `there is no fault ${JSON.stringify(name)}; there are ${faultNames}`)
      const path = optional(body, 'path', textOf) ?? '/sns/jscode2session'
      if (!isWechatPath(path))
        fail(404, `there is no ${JSON.stringify(path)}, only ${wechatPaths.join(', ')}`)
      faults.set(fault, path, optional(body, 'times', countOf))
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
      state.bind(appOf(state, body), body.openPlatform === null ? undefined : textOf(body, 'openPlatform')),
    'GET /__simulator/calls': () => calls.counts(),
  } satisfies Operations
}
