import { asyncApis, type Options } from '../runtime/async-api.ts'
import type { CallLog } from '../runtime/call-log.ts'
import { callWechat, offline } from '../runtime/wechat-client.ts'
import { WxError } from '../runtime/wx-error.ts'
import type { Settings } from '../shared/settings.ts'

type Identity = { appId: string; settings: () => Settings }

/** `wx.login` and `wx.checkSession`: WeChat's app asks WeChat's server. */
export function createLoginApis({ appId, settings }: Identity, log: CallLog) {
  return asyncApis(log, {
    login: (options) =>
      withTimeout(options, async () => {
        const { user, login, network } = settings()
        if (login === 'hang') return new Promise<never>(() => {})
        if (network === 'none') throw offline()
        if (login === 'fail') throw new WxError('internal error', 4)
        if (login === 'no-code') return {}
        return callWechat('POST', 'login', { appId, user })
      }),
    checkSession: async () => {
      const { user, network } = settings()
      if (network === 'none') throw offline()
      const { alive } = await callWechat('POST', 'check-session', { appId, user })
      if (!alive) throw new WxError('session time out, need relogin')
    },
  })
}

async function withTimeout<Result>({ timeout }: Options, run: () => Promise<Result>): Promise<Result> {
  if (typeof timeout !== 'number') return run()
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new WxError('timeout', 5)), timeout)
  })
  return Promise.race([run(), late]).finally(() => clearTimeout(timer))
}
