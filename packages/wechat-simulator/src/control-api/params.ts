import type { App, Person, WechatState } from '../domain/wechat-state.ts'
import { type Body, fail, textOf } from './body.ts'

/** The app that `appId` names; 404 when none is configured under this name. */
export function appOf(state: WechatState, body: Body): App {
  const appId = textOf(body, 'appId')
  return state.app(appId) ?? fail(404, `no app ${JSON.stringify(appId)} is configured`)
}

/** The person that `person` names; 404 when there is none. */
export function personOf(state: WechatState, body: Body): Person {
  const id = textOf(body, 'person')
  const known = state.people.map((person) => person.id).join(', ')
  return state.person(id) ?? fail(404, `there is no person ${JSON.stringify(id)}, only ${known}`)
}
