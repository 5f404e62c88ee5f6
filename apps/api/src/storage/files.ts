import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from '../problem.ts'
import type { FileStorage } from './storage.ts'

/** Serves the pictures. Their names tell their content, so whoever has one never has to ask again. */
export function registerFiles(
  app: FastifyInstance,
  {
    storage,
    defaultAvatarPicture,
  }: { storage: FileStorage; defaultAvatarPicture: (name: string) => Promise<Buffer> },
): void {
  const serve = (
    folder: string,
    { name: pattern, type, read }: { name: RegExp; type: string; read(name: string): Promise<Buffer | null> },
  ) =>
    app.get<{ Params: { name: string } }>(
      `/files/${folder}/:name`,
      { schema: { hide: true }, onRequest: app.limitAddress() },
      async (request, reply) => {
        const { name } = request.params
        const content = pattern.test(name) ? await read(name) : null
        if (content === null) throw new ApiError('not_found')
        return sendForEver(request, reply, { name, type, content })
      },
    )

  serve('avatars', {
    name: /^[\da-f]{64}\.jpg$/,
    type: 'image/jpeg',
    read: (name) => storage.get(`avatars/${name}`),
  })
  serve('default-avatars', {
    name: /^[\da-f]{16}\.png$/,
    type: 'image/png',
    read: (name) => defaultAvatarPicture(name.slice(0, 16)),
  })
}

/** `nosniff` stands on every answer. */
function sendForEver(
  request: FastifyRequest,
  reply: FastifyReply,
  { name, type, content }: { name: string; type: string; content: Buffer },
) {
  const etag = `"${name.split('.')[0]}"`
  reply.headers({ 'cache-control': 'public, max-age=31536000, immutable', etag })
  const known = (request.headers['if-none-match'] ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
  if (known.includes(etag) || known.includes('*')) return reply.status(304).send()
  return reply.type(type).send(content)
}
