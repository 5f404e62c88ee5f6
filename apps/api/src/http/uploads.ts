import multipart, { type MultipartFile } from '@fastify/multipart'
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError } from '../utils/api-error.ts'
import { liftBodyDeadline, restoreBodyDeadline } from './body-timeout.ts'
import { createUploadMemory, type Reservation } from './upload-memory.ts'

/** What a phone's picture takes at the most. */
const maximumBytes = 5 * 1024 * 1024
const limits = { fileSize: maximumBytes, files: 2, fields: 2, fieldSize: 1024, parts: 3, headerPairs: 20 }

/** How many uploads of one user are taken at the same time; the mini program sends one after the other. */
const maximumPerUser = 2

/** The uploads of this process, by user. */
const underWay = new Map<string, number>()

/** What the uploads of all users hold, from their first byte until they are answered. */
const memory = createUploadMemory()

/** Registers routes that take a file; all others refuse multipart/form-data as they refuse every other type. */
export function registerUploads(app: FastifyInstance, registerRoutes: (app: FastifyInstance) => void): void {
  app.register(async (scope) => {
    await scope.register(multipart, { limits })
    registerRoutes(scope)
  })
}

/**
 * Reads the one file that a request of a user carries, in the field of this name, and counts its bytes until `work` has
 * ended.
 *
 * @throws ApiError `unsupported_media_type`, `body_too_large`, `invalid_request`; `rate_limited` when the user has too many
 *   uploads under way; `storage_unavailable` when all users together have.
 */
export async function withUpload<Result>(
  request: FastifyRequest,
  field: string,
  work: (file: Buffer) => Promise<Result>,
): Promise<Result> {
  if (!request.isMultipart()) throw new ApiError('unsupported_media_type')
  const user = request.claims?.sub ?? request.ip
  const others = underWay.get(user) ?? 0
  if (others >= maximumPerUser) throw new ApiError('rate_limited')
  underWay.set(user, others + 1)
  const reservation = memory.reserve()
  reservation.onRefusal(() => restoreBodyDeadline(request))
  liftBodyDeadline(request)
  try {
    const file = await readFile(request, field, reservation)
    reservation.complete()
    return await work(file)
  } finally {
    reservation.release()
    const left = (underWay.get(user) ?? 1) - 1
    if (left === 0) underWay.delete(user)
    else underWay.set(user, left)
  }
}

/** All of the request is read, also when it is refused: a phone that is still sending would miss the answer. */
async function readFile(request: FastifyRequest, field: string, reservation: Reservation): Promise<Buffer> {
  const files: { name: string; chunks: Buffer[] }[] = []
  let others = 0
  try {
    for await (const part of request.parts()) {
      if (part.type === 'file')
        files.push({ name: part.fieldname, chunks: await readPart(part, reservation) })
      else others += 1
    }
  } catch (cause) {
    if ((cause as FastifyError).code === 'FST_REQ_FILE_TOO_LARGE')
      throw new ApiError('body_too_large', { detail: `a file has at most ${maximumBytes} bytes`, cause })
    throw new ApiError('invalid_request', { detail: 'the body is not valid multipart/form-data', cause })
  }
  if (reservation.isRefused())
    throw new ApiError('storage_unavailable', { detail: 'too many uploads are under way' })
  const [file] = files
  if (file?.name === field && files.length === 1 && others === 0) return Buffer.concat(file.chunks)
  throw new ApiError('invalid_request', {
    detail: `body must have one file, in the field ${field}, and nothing else`,
  })
}

/** @returns what arrived, as far as there is memory for it; the rest is read and dropped. */
async function readPart({ file }: MultipartFile, reservation: Reservation): Promise<Buffer[]> {
  const chunks: Buffer[] = []
  reservation.onRefusal(() => void chunks.splice(0))
  for await (const chunk of file) if (reservation.add(chunk.length)) chunks.push(chunk)
  return chunks
}
