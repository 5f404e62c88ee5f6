import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import { endpoint } from '../../http/define-route.ts'
import { mergeOwnAccounts } from './merge.ts'

export function mergeRoutes(app: FastifyInstance, context: AppContext): void {
  endpoint(app, 'POST /v1/me/merge', ({ claims, body, ip, log }) =>
    mergeOwnAccounts(context, claims, body, { ip, log }),
  )
}
