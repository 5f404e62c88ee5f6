import type { FastifyInstance } from 'fastify'
import type { House } from '../../context.ts'
import { createMerge } from './merge.ts'
import { registerMergeRoutes } from './routes.ts'

export function composeMerge(app: FastifyInstance, house: House): void {
  registerMergeRoutes(app, { merge: createMerge(house) })
}
