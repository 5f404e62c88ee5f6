import multipart from '@fastify/multipart'
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import { liftBodyDeadline } from './body-deadline.ts'
import { ApiError } from './problem.ts'

/** What a phone's picture takes at the most. */
const maximumBytes = 5 * 1024 * 1024
const limits = { fileSize: maximumBytes, files: 2, fields: 2, fieldSize: 1024, parts: 3, headerPairs: 20 }

/**
 * How many of one person's uploads may be slow at the same time; the mini program sends one after the other. What has
 * arrived is held in memory for as long as the rest takes.
 */
const maximumSlowPerPerson = 2

/** Whose uploads of this process may be slow, and how many. */
const slow = new Map<string, number>()

/** Registers routes that take a file; all others refuse multipart/form-data as they refuse every other type. */
export function registerUploads(app: FastifyInstance, registerRoutes: (app: FastifyInstance) => void): void {
  app.register(async (scope) => {
    await scope.register(multipart, { limits })
    registerRoutes(scope)
  })
}

/**
 * The one file that a request of a person carries, in the field of this name.
 *
 * @throws ApiError `unsupported_media_type`, `body_too_large`, `invalid_request`.
 */
export async function readUpload(request: FastifyRequest, field: string): Promise<Buffer> {
  if (!request.isMultipart()) throw new ApiError('unsupported_media_type')
  const person = request.claims?.sub ?? request.ip
  const others = slow.get(person) ?? 0
  if (others >= maximumSlowPerPerson) return readFile(request, field)
  slow.set(person, others + 1)
  liftBodyDeadline(request)
  try {
    return await readFile(request, field)
  } finally {
    const left = (slow.get(person) ?? 1) - 1
    if (left === 0) slow.delete(person)
    else slow.set(person, left)
  }
}

/** All of the request is read, also when it is refused: a phone that is still sending would miss the answer. */
async function readFile(request: FastifyRequest, field: string): Promise<Buffer> {
  const files: { name: string; content: Buffer }[] = []
  let others = 0
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file') files.push({ name: part.fieldname, content: await part.toBuffer() })
      else others += 1
    }
  } catch (cause) {
    if ((cause as FastifyError).code === 'FST_REQ_FILE_TOO_LARGE')
      throw new ApiError('body_too_large', { detail: `a file has at most ${maximumBytes} bytes`, cause })
    throw new ApiError('invalid_request', { detail: 'the body is not valid multipart/form-data', cause })
  }
  const [file] = files
  if (file?.name === field && files.length === 1 && others === 0) return file.content
  throw new ApiError('invalid_request', {
    detail: `body must have one file, in the field ${field}, and nothing else`,
  })
}
