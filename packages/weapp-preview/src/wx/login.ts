import type { Settings } from '../shared/settings.ts'
import type { CallLog } from '../runtime/call-log.ts'
import { askWechat, offline } from '../runtime/wechat-client.ts'
import { asyncApis, type Options } from '../runtime/async-api.ts'
import { WxFailure } from '../runtime/wx-error.ts'

type Identity = { appId: string; settings: () => Settings }

/** `wx.login` and `wx.checkSession`: what WeChat's app does with WeChat's servers, here with the simulator. */
export function createLoginApis({ appId, settings }: Identity, log: CallLog) {
  return asyncApis(log, {
    login: (options) =>
      withTimeout(options, async () => {
        const { person, login, network } = settings()
        if (login === 'hang') return new Promise<never>(() => {})
        if (network === 'none') throw offline()
        if (login === 'fail') throw new WxFailure('internal error', 4)
        if (login === 'no-code') return {}
        return askWechat('POST', 'login', { appId, person })
      }),
    checkSession: async () => {
      const { person, network } = settings()
      if (network === 'none') throw offline()
      const { alive } = await askWechat('POST', 'check-session', { appId, person })
      if (!alive) throw new WxFailure('session time out, need relogin')
    },
  })
}

async function withTimeout<Result>({ timeout }: Options, run: () => Promise<Result>): Promise<Result> {
  if (typeof timeout !== 'number') return run()
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new WxFailure('timeout', 5)), timeout)
  })
  return Promise.race([run(), late]).finally(() => clearTimeout(timer))
}
