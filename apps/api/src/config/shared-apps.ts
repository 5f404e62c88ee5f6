import { InvalidValue } from './value-types.ts'
import type { WechatApp } from './wechat-apps.ts'

/** A mini program that shares its accounts with others, and its name for users. */
export type SharedApp = { appId: string; name: string }

const maximumNameLength = 30

/** The mini programs that share their accounts with this one, itself included. */
export const appsSharingWith = (sharedApps: SharedApp[] | null, appId: string): string[] =>
  sharedApps?.some((app) => app.appId === appId) ? sharedApps.map((app) => app.appId) : [appId]

/** Parses JSON such as `[{ "appId": "wx…", "name": "商城" }, …]`. @throws InvalidValue */
export function parseSharedApps(text: string): SharedApp[] {
  const shape = 'must be JSON such as [{"appId":"wx…","name":"商城"},{"appId":"wx…","name":"会员中心"}]'
  let apps: unknown
  try {
    apps = JSON.parse(text)
  } catch {
    throw new InvalidValue(`is not JSON; it ${shape}`)
  }
  if (!Array.isArray(apps)) throw new InvalidValue(shape)
  const shared = apps.map((app, index): SharedApp => {
    const { appId, name } = (app ?? {}) as Record<string, unknown>
    if (typeof appId !== 'string' || appId === '')
      throw new InvalidValue(`entry ${index + 1} has no "appId"; it ${shape}`)
    if (typeof name !== 'string' || name.trim() !== name || name === '' || name.length > maximumNameLength)
      throw new InvalidValue(
        `entry ${index + 1} (${appId}) needs a "name" of at most ${maximumNameLength} characters, as users know it`,
      )
    return { appId, name }
  })
  if (shared.length < 2) throw new InvalidValue('must name at least two mini programs')
  for (const field of ['appId', 'name'] as const)
    if (new Set(shared.map((app) => app[field])).size < shared.length)
      throw new InvalidValue(`has the same "${field}" twice`)
  return shared
}

/** @returns the issue of mini programs that this API does not serve. */
export function findUnknownSharedApp(shared: SharedApp[] | null, apps: WechatApp[]): string | null {
  const unknown = shared?.find(({ appId }) => !apps.some((app) => app.appId === appId))
  return unknown ? `names ${unknown.appId}, which is not in WECHAT_APPS` : null
}
