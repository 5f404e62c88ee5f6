import type { FastifyInstance } from 'fastify'
import type { House } from '../../context.ts'
import { createCurrentUser } from './current-user.ts'
import { createLoginHistory } from './login-history.ts'
import { registerAccountRoutes } from './routes.ts'
import { createDevices } from './session-list.ts'
import { createTakeOverWechatProfile } from './wechat-profile.ts'
import { createRenewWechatSession } from './wechat-session.ts'

export function composeAccount(app: FastifyInstance, house: House): void {
  registerAccountRoutes(app, {
    ...house,
    currentUser: createCurrentUser(house.database, house.toUser),
    renewWechatSession: createRenewWechatSession(house),
    takeOverWechatProfile: createTakeOverWechatProfile(house),
    devices: createDevices(house),
    loginHistory: createLoginHistory(house.database),
  })
}
