import { WxError } from './wx-error.ts'

/** The user who holds the phone, as WeChat knows them. */
export type WechatUser = { id: string; name: string; phoneNumber: string; countryCode: string | number }

/** What a request tells WeChat: which user, in which app. */
export type WechatRequest = { user: string; appId?: string } & Partial<
  Pick<WechatUser, 'phoneNumber' | 'countryCode'>
>

export const offline = () => new WxError('cgi failed for network issues', 108)

/** Calls the control API of the WeChat simulator, or the preview's own. Rejects with a `WxError`. */
export function callWechat(
  method: 'POST' | 'PUT',
  path: string,
  { user, ...fields }: WechatRequest,
): Promise<Record<string, unknown>> {
  const body = JSON.stringify({ ...fields, person: user })
  return send(path, { method, headers: { 'content-type': 'application/json' }, body })
}

/** Rejects with a `WxError` when WeChat knows no such user. */
export async function fetchUser(id: string): Promise<WechatUser> {
  const { people: users } = (await send('people')) as { people: WechatUser[] }
  const user = users.find((candidate) => candidate.id === id)
  if (!user) throw new WxError(`there is no user ${JSON.stringify(id)}`, 4)
  return user
}

async function send(path: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  const response = await fetch(`/__simulator/${path}`, init).catch(() => undefined)
  if (!response) throw offline()
  const text = await response.text()
  const result = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  if (!response.ok) throw new WxError(String(result.error ?? 'system error'), 4)
  return result
}
