import type { App } from '../domain/app.ts'
import type { User } from '../domain/users.ts'
import type { WechatState } from '../domain/wechat-state.ts'
import { type Body, fail, textOf } from './body.ts'

/** The app that `appId` names; 404 when none is configured under this name. */
export function appOf(state: WechatState, body: Body): App {
  const appId = textOf(body, 'appId')
  return state.app(appId) ?? fail(404, `no app ${JSON.stringify(appId)} is configured`)
}

/** The user that the field `person` names; 404 when there is none. */
export function userOf(state: WechatState, body: Body): User {
  const id = textOf(body, 'person')
  const known = state.users.map((user) => user.id).join(', ')
  return state.user(id) ?? fail(404, `there is no user ${JSON.stringify(id)}, only ${known}`)
}
