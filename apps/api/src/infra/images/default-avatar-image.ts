import sharp from 'sharp'
import { createConcurrencyLimiter } from '../../utils/concurrency-limiter.ts'

const sizePixels = 256
/** Some 10 KB each. */
const maximumCached = 500

/** A request can name any avatar, so one thread draws. The last of those waiting gets its image within two seconds. */
const maximumWaiting = 64

const inTurn = createConcurrencyLimiter({ concurrency: 1, maximumWaiting, overflow: 'storage_unavailable' })
const cached = new Map<string, Promise<Buffer>>()

/**
 * The generated avatar of a name as PNG: the same for the same name, at any time and on every machine.
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
  sharp(Buffer.from(svgOf(name)))
    .png({ compressionLevel: 9 })
    .toBuffer()

/** Two colours that flow into each other, a light one and a deep one that go with both. */
const palettes = [
  ['#ffd9b8', '#ff9f8e', '#fff4e6', '#d9675f'],
  ['#c9e8f5', '#7fb8e6', '#f4fbff', '#4783bd'],
  ['#d3ecc4', '#82c3a0', '#f6fbef', '#4a8d6d'],
  ['#e6d9f7', '#a996de', '#faf6ff', '#7460b3'],
  ['#ffe5a8', '#f8b66b', '#fffaf0', '#d08436'],
  ['#fbd3df', '#e88fae', '#fff5f8', '#bd5c80'],
  ['#bfe9e2', '#5fb3ae', '#f0fbf9', '#2f807d'],
  ['#d6def8', '#7f93d6', '#f5f7ff', '#4d60a6'],
  ['#e9e2c9', '#b3a878', '#fcfaf1', '#7f754a'],
  ['#f6cfc0', '#c9837c', '#fff6f2', '#94544f'],
] as const

/** The parts of an image that its name decides, each a number from 0 to 1. */
type Traits = { size: number; turn: number; place: number }
type Motif = (light: string, deep: string, traits: Traits) => string

const motifs: Motif[] = [hills, petals, sprout, moon, waves]

function svgOf(name: string): string {
  const bytes = Buffer.from(name, 'hex')
  const part = (index: number) => bytes.readUInt8(index) / 255
  const pick = <Item>(items: readonly Item[], index: number) =>
    items[bytes.readUInt8(index) % items.length] as Item
  const [from, to, light, deep] = pick(palettes, 0)
  const angle = Math.round(20 + part(1) * 50)
  const motif = pick(motifs, 2)(light, deep, { size: part(3), turn: part(4), place: part(5) })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${sizePixels}" height="${sizePixels}" viewBox="0 0 256 256">
    <defs><linearGradient id="sky" gradientTransform="rotate(${angle})">
      <stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/>
    </linearGradient></defs>
    <rect width="256" height="256" fill="url(#sky)"/>${motif}</svg>`
}

/** A sun over two hills. */
function hills(light: string, deep: string, { size, turn, place }: Traits): string {
  const far = 172 + turn * 14
  const near = 206 + size * 14
  return `<circle cx="${76 + place * 104}" cy="${96 + turn * 14}" r="${32 + size * 12}" fill="${light}"/>
    <path d="M0 ${far} C 50 ${far - 46} 96 ${far - 48} 142 ${far - 10} S 216 ${far + 6} 256 ${far - 26} V256 H0Z" fill="${deep}" opacity=".3"/>
    <path d="M0 ${near - 8} C 60 ${near + 22} 110 ${near + 8} 160 ${near - 18} S 230 ${near - 30} 256 ${near - 20} V256 H0Z" fill="${deep}" opacity=".55"/>`
}

/** A flower, seen from above. */
function petals(light: string, deep: string, { size, turn, place }: Traits): string {
  const count = 5 + Math.round(place * 3)
  const length = 40 + size * 8
  const width = 150 / count
  const petal = (index: number) =>
    `<ellipse cx="128" cy="${128 - length}" rx="${width}" ry="${length}" transform="rotate(${turn * 60 + (index * 360) / count} 128 128)"/>`
  return `<g fill="${light}" opacity=".82">${Array.from({ length: count }, (_, index) => petal(index)).join('')}</g>
    <circle cx="128" cy="128" r="${18 + size * 6}" fill="${deep}" opacity=".8"/>`
}

/** A sprout with leaves on both sides. */
function sprout(light: string, deep: string, { size, turn, place }: Traits): string {
  const lean = (turn - 0.5) * 24
  const leaf = (y: number, side: number, length: number) =>
    `<path d="M128 ${y} q ${side * length * 0.2} ${-length * 0.75} ${side * length} ${-length * 0.7} q ${-side * length * 0.1} ${length * 0.75} ${-side * length} ${length * 0.7}Z"/>`
  return `<g transform="rotate(${lean} 128 210)">
    <path d="M128 214 V96" stroke="${light}" stroke-width="7" stroke-linecap="round"/>
    <g fill="${light}">${leaf(188, 1, 52 + size * 10)}${leaf(166, -1, 58 + place * 10)}${leaf(136, 1, 46 + size * 12)}${leaf(116, -1, 40 + place * 8)}</g>
    </g>
    <ellipse cx="128" cy="252" rx="110" ry="42" fill="${deep}" opacity=".5"/>`
}

/** A crescent and a few stars. */
function moon(light: string, _deep: string, { size, turn, place }: Traits): string {
  const radius = 54 + size * 12
  const star = (x: number, y: number, r: number) => `<circle cx="${x}" cy="${y}" r="${r}"/>`
  return `<mask id="crescent"><circle cx="128" cy="128" r="${radius}" fill="#fff"/>
      <circle cx="${128 + radius * 0.48}" cy="${128 - radius * 0.3}" r="${radius * 0.82}" fill="#000"/></mask>
    <g fill="${light}"><rect width="256" height="256" mask="url(#crescent)" transform="rotate(${turn * 50 - 25} 128 128)"/>
    ${star(178 + place * 10, 96, 6)}${star(160, 132 + turn * 12, 4)}${star(62 + size * 10, 64, 5)}${star(196, 178 + place * 12, 4)}${star(84, 204 - turn * 10, 3.5)}</g>`
}

/** Waves under a low sun. */
function waves(light: string, deep: string, { size, turn, place }: Traits): string {
  const wave = (y: number, shift: number, opacity: number) =>
    `<path d="M${-64 - shift} ${y} q 32 -22 64 0 t 64 0 64 0 64 0 64 0 64 0 V256 H-128Z" fill="${deep}" opacity="${opacity}"/>`
  return `<circle cx="${96 + place * 64}" cy="${128 + turn * 8}" r="${44 + size * 14}" fill="${light}"/>
    ${wave(150, turn * 40, 0.25)}${wave(180, 20 + place * 40, 0.3)}${wave(212, size * 40, 0.4)}`
}
