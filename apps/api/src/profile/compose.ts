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
  const findAuthor = createFindAuthor(house.database, house.config.wechat.apps)
  const avatars = createAvatars({
    ...house,
    findAuthor,
    contentCheck: house.config.contentCheck,
    toPicture,
    asksWechat: isReachableByWechat(house.config.publicUrl),
  })
  registerProfileRoutes(app, { ...house, profile: createProfile({ ...house, findAuthor }), avatars })
}
