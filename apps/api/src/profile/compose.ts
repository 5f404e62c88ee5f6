import type { FastifyInstance } from 'fastify'
import { isReachableByWechat } from '../content/check-avatar.ts'
import { createFindAuthor } from '../content/find-author.ts'
import type { House } from '../house.ts'
import { createAvatars } from './avatars.ts'
import { createToPicture } from './picture.ts'
import { createProfile } from './profile.ts'
import { registerProfileRoutes } from './routes.ts'

export function composeProfile(app: FastifyInstance, house: House): void {
  const { toPicture, close } = createToPicture()
  app.addHook('onClose', async () => close())
  const avatars = createAvatars({
    ...house,
    toPicture,
    asksWechat: isReachableByWechat(house.config.publicUrl),
  })
  const findAuthor = createFindAuthor(house.database, house.config.wechat.apps)
  registerProfileRoutes(app, { ...house, profile: createProfile({ ...house, findAuthor }), avatars })
}
