import { type Handler, HttpError, readJson, sendJson, urlOf } from '../http.ts'
import { asObject, type Operation } from './body.ts'
import { createOpenData } from './open-data-controls.ts'
import { createPhones, type PhoneParts } from './user-controls.ts'
import { createPush, type PushParts } from './push-controls.ts'
import { createSwitches, type SwitchParts } from './fault-controls.ts'

export type ControlParts = SwitchParts & PhoneParts & PushParts

/** What is outside WeChat's own name space: the things that happen on phones, and switches for trying failures. */
export function createControl(parts: ControlParts): Handler {
  const operations = new Map<string, Operation>(
    Object.entries({
      ...createOpenData(parts),
      ...createSwitches(parts),
      ...createPhones(parts),
      ...createPush(parts),
    }),
  )

  return async (request, response) => {
    const { pathname } = urlOf(request)
    if (!pathname.startsWith('/__simulator/')) return false

    const operation = operations.get(`${request.method} ${pathname}`)
    if (!operation) throw new HttpError(404, `no ${request.method} ${pathname} here`)
    const takesBody = request.method === 'POST' || request.method === 'PUT'
    const answer = await operation(takesBody ? asObject(await readJson(request)) : {})
    if (answer === undefined) response.writeHead(204).end()
    else sendJson(response, 200, answer)
    return true
  }
}
