import type { FastifyInstance } from 'fastify'
import type { House } from '../house.ts'
import { createActs } from './acts.ts'
import { createRecordRead } from './record-read.ts'
import { registerAdminRoutes } from './routes.ts'
import { createResetSessionKeys } from './session-key-reset.ts'
import { createAdminUsers } from './users.ts'

export function composeAdmin(app: FastifyInstance, house: House): void {
  registerAdminRoutes(app, {
    users: createAdminUsers(house.database, house.toUser),
    acts: createActs(house),
    recordRead: createRecordRead(house.database),
    resetSessionKeys: createResetSessionKeys(house),
  })
}
