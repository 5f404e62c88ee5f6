import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import { createFindAuthor } from '../../domain/moderation/find-latest-identity.ts'
import { isReachableByWechat } from '../../domain/moderation/moderate-avatar.ts'
import { createToPicture } from '../../infra/images/normalize-image.ts'
import { createAvatars } from './avatar.ts'
import { createProfile } from './profile.ts'
import { registerProfileRoutes } from './profile-routes.ts'

export function composeProfile(app: FastifyInstance, context: AppContext): void {
  const { toPicture, close } = createToPicture()
  app.addHook('onClose', async () => close())
  const findAuthor = createFindAuthor(context.database, context.config.wechat.apps)
  const avatars = createAvatars({
    ...context,
    findAuthor,
    contentCheck: context.config.contentCheck,
    toPicture,
    asksWechat: isReachableByWechat(context.config.publicUrl),
  })
  registerProfileRoutes(app, { ...context, profile: createProfile({ ...context, findAuthor }), avatars })
}
