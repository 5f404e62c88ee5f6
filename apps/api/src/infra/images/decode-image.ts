import type { ErrorCode } from '@repo/shared'
import sharp, { type Metadata } from 'sharp'

/** An image that the API rejects; the client gets the message. */
export class RejectedImageError extends Error {
  readonly code: Extract<ErrorCode, 'image_invalid' | 'image_too_large'>

  constructor(code: RejectedImageError['code'], detail: string, options?: { cause: unknown }) {
    super(detail, options)
    this.code = code
  }
}

const sizePixels = 512
/** What the largest phone cameras take; a file can claim any size. */
const maximumPixels = 50_000_000
/** The memory of one decoder. `docs/deploy.md` states the memory limit that follows from it. */
const maximumDecodeBytes = 256 * 1024 * 1024

type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic'

/** Makes an image a square JPEG, upright and without metadata. @throws RejectedImageError */
export async function toSquareJpeg(file: Buffer): Promise<Buffer> {
  const format = formatOf(file)
  if (format === undefined)
    throw new RejectedImageError('image_invalid', 'the file is not a JPEG, PNG, WebP, GIF or AVIF')
  if (format === 'heic') throw new RejectedImageError('image_invalid', 'HEIC is not supported: send JPEG')
  const image = format === 'png' ? withoutTexts(file) : file
  assertDecodable(format, await orInvalid(open(image).metadata()))
  try {
    return await squareJpeg(image)
  } catch (error) {
    if (format === 'jpeg') return orInvalid(squareJpeg(Buffer.concat([image, endOfJpeg]), 'warning'))
    throw damaged(error)
  }
}

/** Cameras and messengers cut it off. The rest of such a JPEG has to be complete, without a warning. */
const endOfJpeg = Buffer.from([0xff, 0xd9])

const open = (file: Buffer, failOn: 'error' | 'warning' = 'error') =>
  sharp(file, { failOn, limitInputPixels: false, sequentialRead: true })

/** Reads the first frame only, which is sharp's default. */
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
    throw new RejectedImageError('image_too_large', `more than ${maximumPixels} pixels`)
  if (pixels * bytesPerPixel(format, metadata) > maximumDecodeBytes)
    throw new RejectedImageError('image_too_large', `decoding it takes more than ${maximumDecodeBytes} bytes`)
}

/** Measured for each decoder and rounded up; the tests measure it again. */
function bytesPerPixel(format: Format, { channels, depth, isProgressive }: Metadata): number {
  const isDeep = depth !== 'uchar'
  // The planes of AV1, the converted pixels, and the copy that a rotation needs.
  if (format === 'avif') return isDeep ? 30 : 21
  if (format === 'webp' || format === 'gif') return 8
  // The decoder holds all coefficients of a progressive JPEG, two bytes each, until the last scan.
  if (format === 'jpeg') return isProgressive ? 2 * channels + 1 : channels
  return channels * (isDeep ? 2 : 1) + 1
}

/** By the first bytes: the name and type that the client sends prove nothing. Other files reach no decoder. */
function formatOf(file: Buffer): Format | undefined {
  const start = file.toString('hex', 0, 12)
  const [format] = signatures.find(([, signature]) => signature.test(start)) ?? []
  return format ?? formatOfBrands(file)
}

/** In hexadecimal. */
const signatures: [Format, RegExp][] = [
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

/** The chunks that decide how a PNG looks. */
const neededChunks = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'eXIf'])
const signatureBytes = 8
/** Length, type and checksum. */
const chunkFrameBytes = 12

/** The decoder inflates every text chunk of a PNG, which takes a minute for a file of 2 MB. */
function withoutTexts(png: Buffer): Buffer {
  const parts = [png.subarray(0, signatureBytes)]
  for (let at = signatureBytes; at + chunkFrameBytes <= png.length; ) {
    const end = at + chunkFrameBytes + png.readUInt32BE(at)
    if (neededChunks.has(png.toString('latin1', at + 4, at + 8))) parts.push(png.subarray(at, end))
    at = end
  }
  return Buffer.concat(parts)
}

/** An error of a decoder is one of the file. */
async function orInvalid<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw damaged(error)
  }
}

const damaged = (cause: unknown) => new RejectedImageError('image_invalid', 'the image is damaged', { cause })
