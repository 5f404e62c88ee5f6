import type { FastifyBaseLogger } from 'fastify'

/** The part of an HTTP request that a feature needs besides its input: the client's IP, and the request's logger. */
export type RequestContext = { ip: string; log: FastifyBaseLogger }
