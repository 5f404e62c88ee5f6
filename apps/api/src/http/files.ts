import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../infra/database/client.ts'
import { drawDefaultAvatar } from '../infra/images/default-avatar-image.ts'
import type { FileStorage } from '../infra/storage/storage.ts'
import { ApiError } from '../utils/api-error.ts'

type Served = { type: string; cacheControl: string }
type Review = { review?: unknown }

const minuteSeconds = 60
const yearSeconds = 365 * 24 * 60 * minuteSeconds

/**
 * Serves the avatars. A generated one never changes. An uploaded one may be deleted or rejected: caches revalidate it
 * after ten minutes, and the API serves it only while a user has it.
 */
export function registerFiles(
  app: FastifyInstance,
  { storage, database: { query } }: { storage: FileStorage; database: Pick<Database, 'query'> },
): void {
  const serve = (
    folder: string,
    {
      name: pattern,
      read,
      ...served
    }: Served & { name: RegExp; read(name: string, review: string | null): Promise<Buffer | null> },
  ) =>
    app.get<{ Params: { name: string }; Querystring: Review }>(
      `/files/${folder}/:name`,
      { schema: { hide: true }, onRequest: app.rateLimitByIp() },
      async (request, reply) => {
        const { name } = request.params
        const review = reviewIdOf(request.query)
        const content = pattern.test(name) ? await read(name, review) : null
        if (content === null) throw new ApiError('not_found')
        const cacheControl = review === null ? served.cacheControl : 'private, no-store'
        return send(request, reply, { ...served, cacheControl, name, content })
      },
    )

  serve('avatars', {
    name: /^[\da-f]{64}\.jpg$/,
    type: 'image/jpeg',
    cacheControl: `public, max-age=${10 * minuteSeconds}, must-revalidate`,
    read: async (name, review) => {
      const key = `avatars/${name}`
      const users =
        review === null
          ? await query`SELECT FROM users WHERE avatar_key = ${key} LIMIT 1`
          : await query`
              SELECT FROM content_reviews JOIN users ON users.id = content_reviews.user_id
              WHERE content_reviews.id = ${review}::uuid AND decision IS NULL AND pending_avatar_key = ${key}`
      return users.length > 0 ? storage.get(key) : null
    },
  })
  serve('default-avatars', {
    name: /^[\da-f]{16}\.png$/,
    type: 'image/png',
    cacheControl: `public, max-age=${yearSeconds}, immutable`,
    read: (name) => drawDefaultAvatar(name.slice(0, 16)),
  })
}

/** An avatar that waits for an admin is served with the id of its review alone, which only admins are told. */
function reviewIdOf({ review }: Review): string | null {
  if (review === undefined) return null
  if (typeof review === 'string' && isUuid.test(review)) return review
  throw new ApiError('not_found')
}

const isUuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/** Every response has `nosniff`: see the security headers. */
function send(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, type, cacheControl, content }: Served & { name: string; content: Buffer },
) {
  const etag = `"${name.split('.')[0]}"`
  reply.headers({ 'cache-control': cacheControl, etag })
  const known = (request.headers['if-none-match'] ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
  if (known.includes(etag) || known.includes('*')) return reply.status(304).send()
  return reply.type(type).send(content)
}
