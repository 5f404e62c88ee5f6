import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import { createCurrentUser } from './current-user.ts'
import { createLoginHistory } from './login-history.ts'
import { registerAccountRoutes } from './routes.ts'
import { createDevices } from './session-list.ts'
import { createTakeOverWechatProfile } from './wechat-profile.ts'
import { createRenewWechatSession } from './wechat-session.ts'

export function composeAccount(app: FastifyInstance, context: AppContext): void {
  registerAccountRoutes(app, {
    ...context,
    currentUser: createCurrentUser(context.database, context.toUser),
    renewWechatSession: createRenewWechatSession(context),
    takeOverWechatProfile: createTakeOverWechatProfile(context),
    devices: createDevices(context),
    loginHistory: createLoginHistory(context.database),
  })
}
