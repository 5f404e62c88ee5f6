import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ApiError } from '../../utils/api-error.ts'
import { createConcurrencyLimiter } from '../../utils/concurrency-limiter.ts'
import { SafeError } from '../../utils/safe-error.ts'
import { withTimeout } from '../../utils/with-timeout.ts'
import type { RejectedImageError } from './decode-image.ts'

export type ImageNormalizer = {
  /**
   * Makes an uploaded image a square JPEG, upright, without metadata such as its place and camera.
   *
   * @throws ApiError `image_invalid`, `image_too_large`; `rate_limited` when too many uploads are waiting.
   */
  normalize(file: Buffer): Promise<Buffer>
  close(): void
}

/** The messages of the decoder process: first that it is ready, then one reply for each file. */
export type ImageReply = { image: Uint8Array } | { code: RejectedImageError['code']; detail: string }

/** Several times what the largest accepted image needs on a current server. */
const timeoutMs = 8000
/** A start takes a third of a second on an idle machine. */
const startTimeoutMs = 20_000
/** How long an idle process stays. */
const idleMs = 30_000
/** Each waiting upload holds its file in memory. */
const maximumWaiting = 16

/**
 * Decodes in a process of its own, one image at a time: a decoder cannot take the memory or the threads of the API, and
 * can be killed after its time. The process starts with the first image.
 */
export function createImageNormalizer(): ImageNormalizer {
  const inTurn = createConcurrencyLimiter({ concurrency: 1, maximumWaiting })
  let decoder: ChildProcess | undefined
  let idle: NodeJS.Timeout | undefined

  function close(): void {
    clearTimeout(idle)
    decoder?.kill('SIGKILL')
    decoder = undefined
  }

  async function decode(file: Buffer): Promise<ImageReply> {
    clearTimeout(idle)
    try {
      if (!decoder || hasEnded(decoder)) decoder = await startDecoder()
      return await requestImage(decoder, file)
    } catch (error) {
      close()
      throw error
    } finally {
      idle = setTimeout(close, idleMs).unref()
    }
  }

  return {
    normalize: (file) =>
      inTurn(async () => {
        const reply = await decode(file)
        if ('image' in reply) return Buffer.from(reply.image)
        throw new ApiError(reply.code, { detail: reply.detail })
      }),
    close,
  }
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null

/** The build bundles the program beside this file. */
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
  // It may exit between two images: then the next image starts another process.
  decoder.on('error', () => decoder.kill('SIGKILL'))
  const ready = Promise.race([
    once(decoder, 'message'),
    once(decoder, 'exit').then(([code]) =>
      Promise.reject(new SafeError(`the image decoder exited with ${code}`)),
    ),
  ])
  try {
    await withTimeout(ready, startTimeoutMs, () => new SafeError('the image decoder did not start in time'))
  } catch (error) {
    decoder.kill('SIGKILL')
    throw error
  }
  return decoder
}

/** @throws ApiError `image_invalid` when the process exits, or does not reply in time. */
function requestImage(decoder: ChildProcess, file: Buffer): Promise<ImageReply> {
  return new Promise<ImageReply>((resolve, reject) => {
    const fail = () => settle(() => reject(notDecoded()))
    const succeed = (reply: unknown) => settle(() => resolve(reply as ImageReply))
    const timer = setTimeout(fail, timeoutMs)
    const settle = (end: () => void) => {
      clearTimeout(timer)
      decoder.off('message', succeed).off('exit', fail).off('error', fail)
      end()
    }
    decoder.on('message', succeed).on('exit', fail).on('error', fail)
    decoder.send(file, (error) => error && fail())
  })
}

const notDecoded = () => new ApiError('image_invalid', { detail: 'the image cannot be decoded in time' })
