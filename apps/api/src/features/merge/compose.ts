import type { FastifyInstance } from 'fastify'
import type { AppContext } from '../../context.ts'
import { createMerge } from './merge.ts'
import { registerMergeRoutes } from './routes.ts'

export function composeMerge(app: FastifyInstance, context: AppContext): void {
  registerMergeRoutes(app, { merge: createMerge(context) })
}
