import { writeFileSync } from 'node:fs'
import sharp from 'sharp'
import { RejectedImageError, toSquareJpeg } from './decode-image.ts'
import type { ImageReply } from './normalize-image.ts'

// The process that decodes images, one at a time. The API kills it when an image takes too long.

// No image comes twice, so caching is of no use. One image must not occupy all threads.
sharp.cache(false)
sharp.concurrency(1)

// When memory runs out all the same, Linux kills this process and not the API.
try {
  writeFileSync('/proc/self/oom_score_adj', '1000')
} catch {
  // Not Linux.
}

// Ctrl-C reaches the whole process group; the API decides when this process ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
process.on('disconnect', () => process.exit())

process.on('message', async (file: Uint8Array) => {
  const reply = await replyTo(Buffer.from(file.buffer, file.byteOffset, file.byteLength))
  process.send?.(reply)
})

process.send?.('ready')

async function replyTo(file: Buffer): Promise<ImageReply> {
  try {
    return { image: await toSquareJpeg(file) }
  } catch (error) {
    if (error instanceof RejectedImageError) return { code: error.code, detail: error.message }
    throw error
  }
}
