import type { ErrorCode } from '@repo/shared'
import sharp, { type Metadata } from 'sharp'

/** A picture that is not taken, with what the client is told. */
export class RejectedPicture extends Error {
  readonly code: Extract<ErrorCode, 'image_invalid' | 'image_too_large'>

  constructor(code: RejectedPicture['code'], detail: string, options?: { cause: unknown }) {
    super(detail, options)
    this.code = code
  }
}

const sizePixels = 512
/** What the largest cameras of phones take; a row of bytes can claim any size. */
const maximumPixels = 50_000_000
/** What the decoder may hold at once. `docs/deploy.md` states the memory limit that follows from it. */
const maximumDecodeBytes = 256 * 1024 * 1024

type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic'

/**
 * Makes a square JPEG of a picture, upright and without metadata.
 *
 * @throws RejectedPicture
 */
export async function toSquareJpeg(file: Buffer): Promise<Buffer> {
  const format = formatOf(file)
  if (format === undefined)
    throw new RejectedPicture('image_invalid', 'the file is no JPEG, PNG, WebP, GIF or AVIF')
  if (format === 'heic') throw new RejectedPicture('image_invalid', 'HEIC is not supported: send JPEG')
  const picture = format === 'png' ? withoutTexts(file) : file
  assertDecodable(format, await orInvalid(open(picture).metadata()))
  try {
    return await squareJpeg(picture)
  } catch (error) {
    if (format === 'jpeg') return orInvalid(squareJpeg(Buffer.concat([picture, endOfJpeg]), 'warning'))
    throw damaged(error)
  }
}

/** Cameras and messengers cut it off; everything else of such a JPEG has to be there, without a warning. */
const endOfJpeg = Buffer.from([0xff, 0xd9])

const open = (file: Buffer, failOn: 'error' | 'warning' = 'error') =>
  sharp(file, { failOn, limitInputPixels: false, sequentialRead: true })

/** Of several frames the first is taken, which is what is read unless asked otherwise. */
const squareJpeg = (file: Buffer, failOn?: 'warning') =>
  open(file, failOn)
    .autoOrient()
    .resize(sizePixels, sizePixels, { fit: 'cover' })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 85, mozjpeg: true })
    .toBuffer()

function assertDecodable(format: Format, metadata: Metadata): void {
  const pixels = metadata.width * metadata.height
  if (pixels > maximumPixels)
    throw new RejectedPicture('image_too_large', `more than ${maximumPixels} pixels`)
  if (pixels * bytesPerPixel(format, metadata) > maximumDecodeBytes)
    throw new RejectedPicture('image_too_large', `decoding it takes more than ${maximumDecodeBytes} bytes`)
}

/** What the decoders were measured to hold, rounded up; the tests measure it again. */
function bytesPerPixel(format: Format, { channels, depth, isProgressive }: Metadata): number {
  const isDeep = depth !== 'uchar'
  // AV1 in planes, the same converted, and the copy that a rotation needs.
  if (format === 'avif') return isDeep ? 30 : 21
  if (format === 'webp' || format === 'gif') return 8
  // All coefficients of a JPEG of several scans, each of two bytes, wait for the last scan.
  if (format === 'jpeg') return isProgressive ? 2 * channels + 1 : channels
  return channels * (isDeep ? 2 : 1) + 1
}

/** By what the file begins with; its name and type are the client's words. Nothing else reaches a decoder. */
function formatOf(file: Buffer): Format | undefined {
  const start = file.toString('hex', 0, 12)
  const [format] = beginnings.find(([, beginning]) => beginning.test(start)) ?? []
  return format ?? formatOfBrands(file)
}

/** In hexadecimal. */
const beginnings: [Format, RegExp][] = [
  ['jpeg', /^ffd8ff/],
  ['png', /^89504e470d0a1a0a/],
  ['webp', /^52494646.{8}57454250/],
  ['gif', /^474946383[79]61/],
]

/** AVIF and HEIC share a container, whose first box lists the brands that the file follows. */
function formatOfBrands(file: Buffer): Format | undefined {
  if (file.toString('latin1', 4, 8) !== 'ftyp') return undefined
  const brands = file.toString('latin1', 8, Math.min(file.readUInt32BE(0), 256)).match(/.{4}/gs) ?? []
  if (brands.some((brand) => /^avi[fs]$/.test(brand))) return 'avif'
  return brands.some((brand) => /^(he[iv][cmsx]|mif1|msf1)$/.test(brand)) ? 'heic' : undefined
}

/** What a PNG needs besides its pixels to look as it should. */
const neededChunks = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'eXIf'])
const signatureBytes = 8
/** Length, type and checksum. */
const chunkFrameBytes = 12

/** The decoder inflates every text of a PNG, which takes a minute for a file of 2 MB. */
function withoutTexts(png: Buffer): Buffer {
  const kept = [png.subarray(0, signatureBytes)]
  for (let at = signatureBytes; at + chunkFrameBytes <= png.length; ) {
    const end = at + chunkFrameBytes + png.readUInt32BE(at)
    if (neededChunks.has(png.toString('latin1', at + 4, at + 8))) kept.push(png.subarray(at, end))
    at = end
  }
  return Buffer.concat(kept)
}

/** Whatever a decoder stumbles over is in the file. */
async function orInvalid<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw damaged(error)
  }
}

const damaged = (cause: unknown) => new RejectedPicture('image_invalid', 'the picture is damaged', { cause })
