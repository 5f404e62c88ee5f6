import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

/** A chunk of a PNG. */
export function pngChunk(type: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(type), data])
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  checksum.writeUInt32BE(crc32(content))
  return Buffer.concat([length, content, checksum])
}

/** The sub-images of an interlaced PNG: where each begins, and how far its pixels lie apart. */
const passes = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const

/** A black PNG with alpha: large in memory, small as a file. */
export function blackPng(
  side: number,
  { depth = 16, interlaced = true, extra = [] as Buffer[] } = {},
): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([depth, 6, 0, 0, Number(interlaced)], 8)
  const size = (interlaced ? passes : ([[0, 0, 1, 1]] as const)).reduce((sum, [left, top, x, y]) => {
    const [width, height] = [Math.ceil((side - left) / x), Math.ceil((side - top) / y)]
    return sum + height * (1 + (width * 4 * depth) / 8)
  }, 0)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    pngChunk('IHDR', header),
    ...extra,
    pngChunk('IDAT', deflated(size)),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
}

/** The orientation that turns a picture on its side. */
export const turned = pngChunk(
  'eXIf',
  Buffer.from('49492a000800000001001201030001000000060000000000000000', 'hex'),
)

/** Texts and a colour profile that inflate to a thousand times their size. */
export function inflatingTexts(count: number): Buffer[] {
  const text = deflated(50e6, 9)
  return Array.from({ length: count }, (_, index) =>
    pngChunk('zTXt', Buffer.concat([Buffer.from(`text ${index}\0\0`), text])),
  )
}
export const inflatingProfile = (): Buffer =>
  pngChunk('iCCP', Buffer.concat([Buffer.from('profile\0\0'), deflated(800e6)]))

const deflated = (bytes: number, level = 1) => deflateSync(Buffer.alloc(bytes), { level })

/** A grey JPEG without progression whose colours come in scans of their own, so that a decoder has to hold all of it. */
export function jpegOfScans(side: number): Buffer {
  const segment = (marker: number, ...data: number[]) => [0xff, marker, 0, data.length + 2, ...data]
  const size = [side >> 8, side & 255, side >> 8, side & 255]
  // One code, `0`: no difference to the block before, and the end of the block.
  const table = (id: number) => segment(0xc4, id, 1, ...Array(15).fill(0), 0)
  const blocks = Math.ceil(side / 8) ** 2
  const scan = (component: number) => [
    Buffer.from(segment(0xda, 1, component, 0, 0, 63, 0)),
    Buffer.alloc(Math.ceil((blocks * 2) / 8)),
  ]
  return Buffer.concat([
    Buffer.from([
      0xff,
      0xd8,
      ...segment(0xdb, 0, ...Array(64).fill(1)),
      ...segment(0xc0, 8, ...size, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0),
      ...table(0x00),
      ...table(0x10),
    ]),
    ...[1, 2, 3].flatMap(scan),
    Buffer.from([0xff, 0xd9]),
  ])
}

/** A picture of one colour. */
export const plain = (side: number, channels: 3 | 4 = 4) =>
  sharp({
    create: { width: side, height: side, channels, background: { r: 9, g: 90, b: 200, alpha: 0.5 } },
    limitInputPixels: false,
  })
