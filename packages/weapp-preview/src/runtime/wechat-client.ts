import { WxFailure } from './wx-error.ts'

/** The person who holds the phone, as WeChat knows them. */
export type PhoneOwner = { id: string; name: string; phoneNumber: string; countryCode: string | number }

export const offline = () => new WxFailure('cgi failed for network issues', 108)

/** What WeChat's app asks WeChat's servers, here the simulator's. Rejects with a `WxFailure`. */
export async function askWechat(
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const json = body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(`/__simulator/${path}`, { method, ...json }).catch(() => undefined)
  if (!response) throw offline()
  const text = await response.text()
  const answer = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>
  if (!response.ok) throw new WxFailure(String(answer.error ?? 'system error'), 4)
  return answer
}

/** Rejects with a `WxFailure` when there is no such person. */
export async function askForPerson(id: string): Promise<PhoneOwner> {
  const { people } = (await askWechat('GET', 'people')) as { people: PhoneOwner[] }
  const person = people.find((candidate) => candidate.id === id)
  if (!person) throw new WxFailure(`there is no person ${JSON.stringify(id)}`, 4)
  return person
}
