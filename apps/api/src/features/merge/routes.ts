import type { FastifyInstance } from 'fastify'
import { endpoint } from '../../http/define-route.ts'
import type { Merge } from './merge.ts'

export function registerMergeRoutes(app: FastifyInstance, { merge }: { merge: Merge }): void {
  endpoint(app, 'POST /v1/me/merge', ({ claims, body, ip, log }) => merge(claims, body, { ip, log }))
}
