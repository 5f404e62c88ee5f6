import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import { defineRoute } from '../../http/define-route.ts'
import {
  type AdminAction,
  banUser,
  endUserSessions,
  retryJob,
  setLevel,
  setRole,
  unbanUser,
} from './actions.ts'
import { acceptAppeal, listAppeals, rejectAppeal } from './appeals.ts'
import { resetSessionKeys } from './reset-session-keys.ts'
import { revealUser } from './reveal.ts'
import { decideReview, listReviews } from './reviews.ts'
import { findUsers, getUserDetails } from './users.ts'

type AdminRequest = { claims: { sub: string }; params: { id: string }; ip: string }

const actionOf = ({ claims, params, ip }: AdminRequest): AdminAction => ({
  actorId: claims.sub,
  userId: params.id,
  ip,
})

export function adminRoutes(app: FastifyInstance, context: AppContext): void {
  defineRoute(app, 'GET /v1/admin/users', ({ query, claims, ip }) =>
    findUsers(context, query, { actorId: claims.sub, ip }),
  )

  defineRoute(app, 'GET /v1/admin/users/:id', ({ params, query, claims, ip }) =>
    getUserDetails(context, params.id, { actorId: claims.sub, ip, reason: query.reason }),
  )

  defineRoute(app, 'POST /v1/admin/users/:id/reveal', ({ params, body, claims, ip }) =>
    revealUser(context, params.id, { actorId: claims.sub, ip, reason: body.reason }),
  )

  reviewRoutes(app, context)

  defineRoute(app, 'PUT /v1/admin/users/:id/ban', async (request) => {
    await banUser(context, actionOf(request), request.body)
    return undefined
  })

  defineRoute(app, 'DELETE /v1/admin/users/:id/ban', async (request) => {
    await unbanUser(context, actionOf(request))
    return undefined
  })

  defineRoute(app, 'PUT /v1/admin/users/:id/role', async (request) => {
    const { body, claims, log } = request
    await setRole(context, actionOf(request), body, { sessionId: claims.sid, log })
    return undefined
  })

  defineRoute(app, 'PUT /v1/admin/users/:id/level', async (request) => {
    await setLevel(context, actionOf(request), request.body.level)
    return undefined
  })

  defineRoute(app, 'POST /v1/admin/users/:id/session-key-reset', async (request) => {
    await resetSessionKeys(context, actionOf(request))
    return undefined
  })

  defineRoute(app, 'DELETE /v1/admin/users/:id/sessions', async (request) => {
    await endUserSessions(context, actionOf(request))
    return undefined
  })

  appealRoutes(app, context)

  defineRoute(app, 'GET /v1/admin/jobs', async () => ({ jobs: await context.deadJobs.list() }))

  defineRoute(app, 'POST /v1/admin/jobs/:id/retry', async ({ claims, params, log }) => {
    await retryJob(context, { actorId: claims.sub, jobId: params.id }, log)
    return undefined
  })
}

function appealRoutes(app: FastifyInstance, context: AppContext): void {
  const decisionOf = ({ claims, params, ip }: AdminRequest) => ({
    actorId: claims.sub,
    appealId: params.id,
    ip,
  })

  defineRoute(app, 'GET /v1/admin/appeals', ({ query, claims, ip }) =>
    listAppeals(context, query, { actorId: claims.sub, ip }),
  )

  defineRoute(app, 'POST /v1/admin/appeals/:id/accept', async (request) => {
    await acceptAppeal(context, decisionOf(request))
    return undefined
  })

  defineRoute(app, 'POST /v1/admin/appeals/:id/reject', async (request) => {
    await rejectAppeal(context, decisionOf(request), request.body.response)
    return undefined
  })
}

function reviewRoutes(app: FastifyInstance, context: AppContext): void {
  defineRoute(app, 'GET /v1/admin/reviews', ({ query, claims, ip }) =>
    listReviews(context, query, { actorId: claims.sub, ip }),
  )

  const decide =
    (decision: 'approved' | 'rejected') =>
    async ({ claims, params, ip }: AdminRequest) => {
      await decideReview(context, { actorId: claims.sub, ip, reviewId: params.id }, decision)
      return undefined
    }
  defineRoute(app, 'POST /v1/admin/reviews/:id/approve', decide('approved'))
  defineRoute(app, 'POST /v1/admin/reviews/:id/reject', decide('rejected'))
}
