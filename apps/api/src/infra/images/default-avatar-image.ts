import { createAvatar } from '@dicebear/core'
import * as shapes from '@dicebear/shapes'
import sharp from 'sharp'
import { createConcurrencyLimiter } from '../../utils/concurrency-limiter.ts'

const sizePixels = 256
/** Some 5 KB each. */
const maximumCached = 500

/** A request can name any avatar, so one thread draws. The last of those waiting gets its image within two seconds. */
const maximumWaiting = 64

const inTurn = createConcurrencyLimiter({ concurrency: 1, maximumWaiting, overflow: 'storage_unavailable' })
const cached = new Map<string, Promise<Buffer>>()

/**
 * The generated avatar of a name by DiceBear: the same for the same name on every machine. A PNG, since WeChat's `<Image>`
 * shows SVG only in some cases.
 *
 * @param name 16 hexadecimal digits.
 * @throws ApiError `storage_unavailable` when too many requests are waiting.
 */
export function drawDefaultAvatar(name: string): Promise<Buffer> {
  const image = cached.get(name) ?? inTurn(() => draw(name))
  // The map is in the order of use: the first one was not used for the longest time.
  cached.delete(name)
  cached.set(name, image)
  image.catch(() => cached.delete(name))
  const [oldest] = cached.keys()
  if (cached.size > maximumCached && oldest !== undefined) cached.delete(oldest)
  return image
}

const draw = (name: string): Promise<Buffer> =>
  sharp(Buffer.from(createAvatar(shapes, { seed: name, size: sizePixels }).toString()))
    .png({ compressionLevel: 9 })
    .toBuffer()
