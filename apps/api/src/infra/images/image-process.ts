import { writeFileSync } from 'node:fs'
import sharp from 'sharp'
import { RejectedPicture, toSquareJpeg } from './decode-image.ts'
import type { PictureReply } from './normalize-image.ts'

// The process that decodes pictures, one at a time: the API kills it when one takes too long.

// Nothing repeats, so nothing is cached; and a picture keeps one thread busy, not all of them.
sharp.cache(false)
sharp.concurrency(1)

// Where memory runs out all the same, Linux ends this process and not the API.
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

async function replyTo(file: Buffer): Promise<PictureReply> {
  try {
    return { picture: await toSquareJpeg(file) }
  } catch (error) {
    if (error instanceof RejectedPicture) return { code: error.code, detail: error.message }
    throw error
  }
}
