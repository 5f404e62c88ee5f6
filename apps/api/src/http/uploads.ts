import multipart, { type MultipartFile } from '@fastify/multipart'
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError } from '../utils/api-error.ts'
import { extendBodyTimeout, restoreBodyTimeout } from './body-timeout.ts'
import { createUploadMemory, type Reservation } from './upload-memory.ts'

/** The largest photo of a phone. */
const maximumBytes = 5 * 1024 * 1024
const limits = { fileSize: maximumBytes, files: 2, fields: 2, fieldSize: 1024, parts: 3, headerPairs: 20 }

/** Concurrent uploads of one user; the mini program sends one at a time. */
const maximumPerUser = 2

/** The uploads of this process, by user. */
const active = new Map<string, number>()

/** The memory of all uploads, from their first byte until their response. */
const memory = createUploadMemory()

/** Registers routes that accept a file; all others reject multipart/form-data. */
export function registerUploads(app: FastifyInstance, registerRoutes: (app: FastifyInstance) => void): void {
  app.register(async (scope) => {
    await scope.register(multipart, { limits })
    registerRoutes(scope)
  })
}

/**
 * Reads the one file of a request, in the field of this name, and reserves its memory until `work` has ended.
 *
 * @throws ApiError `rate_limited` when the user has too many active uploads; `storage_unavailable` when all users have.
 */
export async function withUpload<Result>(
  request: FastifyRequest,
  field: string,
  work: (file: Buffer) => Promise<Result>,
): Promise<Result> {
  if (!request.isMultipart()) throw new ApiError('unsupported_media_type')
  const user = request.claims?.sub ?? request.ip
  const others = active.get(user) ?? 0
  if (others >= maximumPerUser) throw new ApiError('rate_limited')
  active.set(user, others + 1)
  const reservation = memory.reserve()
  reservation.onDrop(() => restoreBodyTimeout(request))
  extendBodyTimeout(request)
  try {
    const file = await readFile(request, field, reservation)
    reservation.complete()
    return await work(file)
  } finally {
    reservation.release()
    const left = (active.get(user) ?? 1) - 1
    if (left === 0) active.delete(user)
    else active.set(user, left)
  }
}

/** Reads the whole request even when it is rejected: a client that is still sending would miss the response. */
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
  if (reservation.isDropped())
    throw new ApiError('storage_unavailable', { detail: 'too many active uploads' })
  const [file] = files
  if (file?.name === field && files.length === 1 && others === 0) return Buffer.concat(file.chunks)
  throw new ApiError('invalid_request', {
    detail: `body must have one file, in the field ${field}, and nothing else`,
  })
}

/** @returns the chunks as far as there is memory; the rest is read and dropped. */
async function readPart({ file }: MultipartFile, reservation: Reservation): Promise<Buffer[]> {
  const chunks: Buffer[] = []
  reservation.onDrop(() => void chunks.splice(0))
  for await (const chunk of file) if (reservation.add(chunk.length)) chunks.push(chunk)
  return chunks
}
