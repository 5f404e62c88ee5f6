import type { WechatPath } from './wechat-paths.ts'

/** How many calls an app may make to a path. */
export type Quota = { perMinute?: number; perDay?: number }

/** WeChat's numbers, as documented; that of `/cgi-bin/token` is the usual one of official accounts. */
const documented: Partial<Record<WechatPath, Quota>> = {
  '/cgi-bin/token': { perDay: 2000 },
  '/cgi-bin/stable_token': { perMinute: 10_000, perDay: 500_000 },
  '/wxa/resetusersessionkey': { perMinute: 60_000 },
  '/wxa/msg_sec_check': { perMinute: 4000, perDay: 2_000_000 },
  '/wxa/media_check_async': { perMinute: 2000, perDay: 200_000 },
}

/** The content checks have their own errcode for the minute. */
const contentChecks: ReadonlySet<WechatPath> = new Set(['/wxa/msg_sec_check', '/wxa/media_check_async'])

const unlimited = Number.POSITIVE_INFINITY

export type Quotas = {
  /** Counts a call of an app; returns an errcode, and counts nothing, beyond the quota of the minute or the day. */
  count(path: WechatPath, appId: string): 44991 | 45009 | 45011 | undefined
}

export function createQuotas({
  now,
  quotas = {},
}: {
  now: () => number
  quotas?: Partial<Record<WechatPath, Quota>> | undefined
}): Quotas {
  const used = new Map<string, { period: number; calls: number }>()

  const callsIn = (key: string, period: number) => {
    const present = used.get(key)
    return present?.period === period ? present.calls : 0
  }

  return {
    count(path, appId) {
      const { perMinute = unlimited, perDay = unlimited } = quotas[path] ?? documented[path] ?? {}
      const day = { key: `${path} ${appId} day`, period: dayOf(now()) }
      const minute = { key: `${path} ${appId} minute`, period: Math.floor(now() / 60_000) }

      if (callsIn(day.key, day.period) >= perDay) return 45009
      if (callsIn(minute.key, minute.period) >= perMinute) return contentChecks.has(path) ? 44991 : 45011
      for (const { key, period } of [day, minute]) {
        used.set(key, { period, calls: callsIn(key, period) + 1 })
      }
      return undefined
    },
  }
}

/** WeChat's days start at midnight in China. */
export const dayOf = (timeMs: number): number => Math.floor((timeMs + 8 * 3600_000) / (24 * 3600_000))
