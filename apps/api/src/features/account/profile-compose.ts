import type { FastifyInstance } from 'fastify'
import type { House } from '../../context.ts'
import { createFindAuthor } from '../../domain/moderation/find-latest-identity.ts'
import { isReachableByWechat } from '../../domain/moderation/moderate-avatar.ts'
import { createToPicture } from '../../infra/images/normalize-image.ts'
import { createAvatars } from './avatar.ts'
import { createProfile } from './profile.ts'
import { registerProfileRoutes } from './profile-routes.ts'

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
