import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import { defineRoute } from '../../http/define-route.ts'
import { mergeOwnAccounts } from './merge.ts'

export function mergeRoutes(app: FastifyInstance, context: AppContext): void {
  defineRoute(app, 'POST /v1/me/merge', ({ claims, body, ip, log }) =>
    mergeOwnAccounts(context, claims, body, { ip, log }),
  )
}
