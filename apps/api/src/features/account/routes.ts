import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import type { ProfileChange } from '../../domain/locks.ts'
import { toUser } from '../../domain/users/user.ts'
import { defineRoute } from '../../http/define-route.ts'
import { registerUploads } from '../../http/uploads.ts'
import { fileAppeal, getBanNotice } from './appeal.ts'
import { deleteAvatar, uploadAvatar } from './avatar.ts'
import { getCurrentUser } from './current-user.ts'
import { dataPractices } from './data-practices.ts'
import { deleteAccountWithProof, deleteOwnAccount } from './delete-account.ts'
import { exportAccount, exportAccountWithProof } from './export.ts'
import { getLoginHistory } from './login-history.ts'
import { changePassword, resetPassword } from './password.ts'
import { bindCallerPhone, deleteCallerPhone } from './phone.ts'
import { updateProfile, updateProfileAsAdmin } from './profile.ts'
import { listSessions, revokeSession } from './session-list.ts'
import { bindCallerWechat, renewSessionKey, unbindCallerWechat } from './wechat-binding.ts'
import { importWechatProfile } from './wechat-profile.ts'
import { withdrawConsent } from './withdraw-consent.ts'

export function accountRoutes(app: FastifyInstance, context: AppContext): void {
  defineRoute(app, 'GET /v1/data-practices', async () => dataPractices(context))

  defineRoute(app, 'GET /v1/me', ({ claims }) => getCurrentUser(context, claims))

  defineRoute(app, 'GET /v1/me/sessions', async ({ claims }) => ({
    sessions: await listSessions(context, claims),
  }))

  defineRoute(app, 'POST /v1/me/sessions/:id/revoke', async ({ claims, params, body, ip, log }) => {
    await revokeSession(context, claims, params.id, body.proof, { ip, log })
    return undefined
  })

  defineRoute(app, 'GET /v1/me/login-history', ({ claims, query }) =>
    getLoginHistory(context, claims.sub, query),
  )

  defineRoute(app, 'PUT /v1/me/password', ({ claims, body, ip, log }) =>
    changePassword(context, claims, body, { ip, log }),
  )

  defineRoute(app, 'POST /v1/auth/password-reset', async ({ body, ip, log }) => {
    await resetPassword(context, body, { ip, log })
    return undefined
  })

  defineRoute(app, 'POST /v1/me/phone', ({ claims, body, ip, log }) =>
    bindCallerPhone(context, claims, body, { ip, log }),
  )

  defineRoute(app, 'POST /v1/me/phone/delete', ({ claims, body, ip, log }) =>
    deleteCallerPhone(context, claims, body.proof, { ip, log }),
  )

  wechatRoutes(app, context)
  profileRoutes(app, context)
  exportAndDeletionRoutes(app, context)
}

function wechatRoutes(app: FastifyInstance, context: AppContext): void {
  defineRoute(app, 'PUT /v1/me/wechat', ({ claims, body, ip, log }) =>
    bindCallerWechat(context, claims, body, { ip, log }),
  )

  defineRoute(app, 'POST /v1/me/wechat/unbind', ({ claims, body, ip, log }) =>
    unbindCallerWechat(context, claims, body.proof, { ip, log }),
  )

  defineRoute(app, 'PUT /v1/me/wechat-session', async ({ claims, body, ip, log }) => {
    await renewSessionKey(context, claims, body.code, { ip, log })
    return undefined
  })

  defineRoute(app, 'POST /v1/me/wechat-profile', ({ claims, body, ip, log }) =>
    importWechatProfile(context, claims, body, { ip, log }),
  )
}

type UserRequest = { claims: { sub: string }; ip: string }
type AdminRequest = UserRequest & { params: { id: string } }

function profileRoutes(app: FastifyInstance, context: AppContext): void {
  const { config, limits } = context
  const byUser = ({ claims, ip }: UserRequest): ProfileChange => ({ userId: claims.sub, ip })
  const byAdmin = ({ claims, params, ip }: AdminRequest) => ({
    actorId: claims.sub,
    userId: params.id,
    ip,
  })

  defineRoute(app, 'PUT /v1/me/profile', async ({ claims, body, ip, log }) => {
    await limits.profile(claims.sub)
    return toUser(config.publicUrl, await updateProfile(context, claims, body, { ip, log }))
  })

  defineRoute(app, 'DELETE /v1/me/avatar', async (request) => {
    await limits.profile(request.claims.sub)
    return toUser(config.publicUrl, await deleteAvatar(context, byUser(request)))
  })

  defineRoute(app, 'PUT /v1/admin/users/:id/profile', async (request) => {
    await updateProfileAsAdmin(context, byAdmin(request), request.body)
    return undefined
  })

  defineRoute(app, 'DELETE /v1/admin/users/:id/avatar', async (request) => {
    await deleteAvatar(context, byAdmin(request))
    return undefined
  })

  registerUploads(app, (scope) => {
    // Before the file is read into memory.
    scope.addHook('preHandler', async ({ claims }) => {
      if (claims) await limits.profile(claims.sub)
    })
    defineRoute(scope, 'POST /v1/me/avatar', async (request) =>
      toUser(config.publicUrl, await uploadAvatar(context, byUser(request), request.file)),
    )
  })

  registerUploads(app, (scope) => {
    defineRoute(scope, 'POST /v1/admin/users/:id/avatar', async (request) => {
      await uploadAvatar(context, byAdmin(request), request.file)
      return undefined
    })
  })
}

function exportAndDeletionRoutes(app: FastifyInstance, context: AppContext): void {
  defineRoute(app, 'POST /v1/me/export', async ({ claims, body, ip, log }) => {
    const request = { operation: 'POST /v1/me/export', sessionId: claims.sid, ip, log } as const
    await context.ownership.verify(claims.sub, body.proof, request)
    return exportAccount(context, claims, ip)
  })

  defineRoute(app, 'POST /v1/me/delete', async ({ claims, body, ip, log }) => {
    await deleteOwnAccount(context, claims, body.proof, { ip, log })
    return undefined
  })

  defineRoute(app, 'POST /v1/auth/consent/withdraw', async ({ body, ip, log }) => {
    await withdrawConsent(context, body, { ip, log })
    return undefined
  })

  defineRoute(app, 'POST /v1/auth/delete', async ({ body, ip, log }) => {
    await deleteAccountWithProof(context, body, { ip, log })
    return undefined
  })

  defineRoute(app, 'POST /v1/auth/export', ({ body, ip, log }) =>
    exportAccountWithProof(context, body, { ip, log }),
  )

  defineRoute(app, 'POST /v1/auth/ban-notice', ({ body, ip, log }) =>
    getBanNotice(context, body, { ip, log }),
  )

  defineRoute(app, 'POST /v1/auth/appeal', ({ body, ip, log }) => fileAppeal(context, body, { ip, log }))
}
