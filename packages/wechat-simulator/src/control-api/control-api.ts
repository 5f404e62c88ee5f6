import { type Handler, HttpError, readJson, sendJson, urlOf } from '@repo/tooling/local-http'
import { asObject, type Operation } from './body.ts'
import { createFaultControls, type FaultControlParts } from './fault-controls.ts'
import { createOpenDataControls } from './open-data-controls.ts'
import { createPushControls, type PushControlParts } from './push-controls.ts'
import { createUserControls, type UserControlParts } from './user-controls.ts'

export type ControlApiParts = FaultControlParts & UserControlParts & PushControlParts

/** `/__simulator/…`: what happens on phones and in WeChat's console, and simulated errors. */
export function createControlApi(parts: ControlApiParts): Handler {
  const operations = new Map<string, Operation>(
    Object.entries({
      ...createOpenDataControls(parts),
      ...createFaultControls(parts),
      ...createUserControls(parts),
      ...createPushControls(parts),
    }),
  )

  return async (request, response) => {
    const { pathname } = urlOf(request)
    if (!pathname.startsWith('/__simulator/')) return false

    const operation = operations.get(`${request.method} ${pathname}`)
    if (!operation) throw new HttpError(404, `no ${request.method} ${pathname} here`)
    const takesBody = request.method === 'POST' || request.method === 'PUT'
    const result = await operation(takesBody ? asObject(await readJson(request)) : {})
    if (result === undefined) response.writeHead(204).end()
    else sendJson(response, 200, result)
    return true
  }
}
