import type { FastifyInstance } from 'fastify'
import type { Claims } from '../../domain/sessions/access-tokens.ts'
import type { Change } from '../../domain/users/profile-lock.ts'
import type { ToUser } from '../../domain/users/user.ts'
import { endpoint } from '../../http/define-route.ts'
import type { PersonLimits } from '../../http/rate-limit.ts'
import { registerUploads } from '../../http/uploads.ts'
import type { Avatars } from './avatar.ts'
import type { Profile } from './profile.ts'

export function registerProfileRoutes(
  app: FastifyInstance,
  {
    profile,
    avatars,
    limits,
    toUser,
  }: { profile: Profile; avatars: Avatars; limits: PersonLimits; toUser: ToUser },
): void {
  const own = ({ claims, ip }: { claims: Claims; ip: string }): Change => ({ userId: claims.sub, ip })
  const byAdmin = (request: { claims: Claims; params: { id: string }; ip: string }) => ({
    actorId: request.claims.sub,
    userId: request.params.id,
    ip: request.ip,
  })

  endpoint(app, 'PUT /v1/me/profile', async ({ claims, body, ip, log }) => {
    await limits.profile(claims.sub)
    return toUser(await profile.change(claims, body, { ip, log }))
  })

  endpoint(app, 'DELETE /v1/me/avatar', async (request) => {
    await limits.profile(request.claims.sub)
    return toUser(await avatars.remove(own(request)))
  })

  endpoint(app, 'PUT /v1/admin/users/:id/profile', async (request) => {
    await profile.changeByAdmin(byAdmin(request), request.body)
    return undefined
  })

  endpoint(app, 'DELETE /v1/admin/users/:id/avatar', async (request) => {
    await avatars.remove(byAdmin(request))
    return undefined
  })

  registerUploads(app, (scope) => {
    // Before the file is read, which is held in memory.
    scope.addHook('preHandler', async ({ claims }) => {
      if (claims) await limits.profile(claims.sub)
    })
    endpoint(scope, 'POST /v1/me/avatar', async (request) =>
      toUser(await avatars.upload(own(request), request.file)),
    )
  })

  registerUploads(app, (scope) => {
    endpoint(scope, 'POST /v1/admin/users/:id/avatar', async (request) => {
      await avatars.upload(byAdmin(request), request.file)
      return undefined
    })
  })
}
