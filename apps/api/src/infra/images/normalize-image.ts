import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ApiError } from '../../utils/api-error.ts'
import { createQueue } from '../../utils/concurrency-limiter.ts'
import { OwnError } from '../../utils/safe-error.ts'
import { withDeadline } from '../../utils/with-timeout.ts'
import type { RejectedPicture } from './decode-image.ts'

/**
 * Makes a square JPEG of an uploaded picture, upright, without anything that tells where and by what it was taken.
 *
 * @throws ApiError `image_invalid`, `image_too_large`; `rate_limited` when too many are waiting.
 */
export type ToPicture = (file: Buffer) => Promise<Buffer>

/** What the process that decodes says: first that it is ready, then one reply for each file. */
export type PictureReply = { picture: Uint8Array } | { code: RejectedPicture['code']; detail: string }

/** Several times what the largest picture that is taken needs on a server of today. */
const timeoutMs = 8000
/** It takes a third of a second, on a machine that has nothing else to do. */
const startWithinMs = 20_000
/** How long the process stays when there is nothing to decode. */
const idleMs = 30_000
/** Each holds the bytes of its file, and the last one waits for all others. */
const maximumWaiting = 16

/**
 * Decodes in a process of its own, one picture at a time: no decoder can take the memory or the threads of the API, and
 * none can go on after its time. The process starts with the first picture.
 */
export function createToPicture(): { toPicture: ToPicture; close(): void } {
  const inTurn = createQueue({ atOnce: 1, maximumWaiting })
  let decoder: ChildProcess | undefined
  let idle: NodeJS.Timeout | undefined

  function close(): void {
    clearTimeout(idle)
    decoder?.kill('SIGKILL')
    decoder = undefined
  }

  async function decode(file: Buffer): Promise<PictureReply> {
    clearTimeout(idle)
    try {
      if (!decoder || hasEnded(decoder)) decoder = await startDecoder()
      return await exchange(decoder, file)
    } catch (error) {
      close()
      throw error
    } finally {
      idle = setTimeout(close, idleMs).unref()
    }
  }

  return {
    toPicture: (file) =>
      inTurn(async () => {
        const reply = await decode(file)
        if ('picture' in reply) return Buffer.from(reply.picture)
        throw new ApiError(reply.code, { detail: reply.detail })
      }),
    close,
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null

/** The program lies beside this file when it is bundled. */
async function startDecoder(): Promise<ChildProcess> {
  const bundled = join(import.meta.dirname, 'image-process.js')
  const isBundled = existsSync(bundled)
  const decoder = fork(isBundled ? bundled : join(import.meta.dirname, 'image-process.ts'), {
    execArgv: isBundled ? [] : ['--import', 'tsx'],
    serialization: 'advanced',
    // No secret of the API reaches a decoder.
    env: { MALLOC_ARENA_MAX: '2' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  decoder.unref()
  decoder.channel?.unref()
  // It may end between two pictures: then the next one starts another.
  decoder.on('error', () => decoder.kill('SIGKILL'))
  const ready = Promise.race([
    once(decoder, 'message'),
    once(decoder, 'exit').then(([code]) =>
      Promise.reject(new OwnError(`the picture decoder ended with ${code}`)),
    ),
  ])
  try {
    await withDeadline(ready, startWithinMs, () => new OwnError('the picture decoder did not start in time'))
  } catch (error) {
    decoder.kill('SIGKILL')
    throw error
  }
  return decoder
}

/** @throws ApiError `image_invalid` when the process dies, or does not answer in time. */
function exchange(decoder: ChildProcess, file: Buffer): Promise<PictureReply> {
  return new Promise<PictureReply>((resolve, reject) => {
    const fail = () => settle(() => reject(notDecoded()))
    const answer = (reply: unknown) => settle(() => resolve(reply as PictureReply))
    const timer = setTimeout(fail, timeoutMs)
    const settle = (end: () => void) => {
      clearTimeout(timer)
      decoder.off('message', answer).off('exit', fail).off('error', fail)
      end()
    }
    decoder.on('message', answer).on('exit', fail).on('error', fail)
    decoder.send(file, (error) => error && fail())
  })
}

const notDecoded = () => new ApiError('image_invalid', { detail: 'the picture cannot be decoded in time' })
