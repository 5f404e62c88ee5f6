import sharp, { type Sharp } from 'sharp'
import { ApiError } from '../problem.ts'
import { createQueue } from '../queue.ts'

/**
 * Makes a square JPEG of an uploaded picture, upright, without anything that tells where and by what it was taken.
 *
 * @throws ApiError `image_invalid`, `image_too_large`; `rate_limited` when too many are waiting.
 */
export type ToPicture = (file: Buffer) => Promise<Buffer>

const sizePixels = 512
/** What the largest cameras of phones take; a row of bytes can claim any size. */
const maximumPixels = 50_000_000
const timeoutSeconds = 5
/** A picture of that many pixels takes some 200 MB while it is worked on. */
const atOnce = 2
/** Each holds the bytes of its file. */
const maximumWaiting = 32

// Nothing repeats, so nothing is kept; and a picture may keep one thread busy, not all of them.
sharp.cache(false)
sharp.concurrency(1)

export function createToPicture(): ToPicture {
  const inTurn = createQueue({ atOnce, maximumWaiting })

  return async (file) => {
    if (!isPicture(file))
      throw new ApiError('image_invalid', { detail: 'the file is no JPEG, PNG, WebP or GIF' })
    return inTurn(async () => {
      const options = { failOn: 'error', limitInputPixels: false, sequentialRead: true } as const
      const { width, height } = await orInvalid(sharp(file, options).metadata())
      if (width * height > maximumPixels)
        throw new ApiError('image_too_large', { detail: `more than ${maximumPixels} pixels` })
      return orInvalid(squareJpeg(sharp(file, options)).toBuffer())
    })
  }
}

/** Of several frames the first is taken, which is what is read unless asked otherwise. */
const squareJpeg = (picture: Sharp) =>
  picture
    .autoOrient()
    .resize(sizePixels, sizePixels, { fit: 'cover' })
    .flatten({ background: '#ffffff' })
    .timeout({ seconds: timeoutSeconds })
    .jpeg({ quality: 85, mozjpeg: true })

/** By what the file begins with; its name and type are the client's words. Nothing else reaches a decoder. */
function isPicture(file: Buffer): boolean {
  const start = file.toString('hex', 0, 12)
  return beginnings.some((beginning) => beginning.test(start))
}

/** In hexadecimal: JPEG, PNG, WebP, GIF. */
const beginnings = [/^ffd8ff/, /^89504e470d0a1a0a/, /^52494646.{8}57454250/, /^474946383[79]61/]

/** Whatever a decoder stumbles over is in the file. */
async function orInvalid<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (cause) {
    throw new ApiError('image_invalid', {
      detail: 'the picture is damaged, or cannot be decoded in time',
      cause,
    })
  }
}
