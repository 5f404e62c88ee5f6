// Draws the tab bar's icons into src/assets: node scripts/draw-tab-icons.js
// WeChat takes only bitmaps there, so the shapes are written down here and drawn with smooth edges.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { crc32, deflateSync } from 'node:zlib'

const size = 81
const stroke = 2.8
const samples = 4

const theme = JSON.parse(readFileSync(new URL('../src/theme.json', import.meta.url), 'utf8'))
const folder = new URL('../src/assets/', import.meta.url)

/** Each shape says how far a point lies from its edge, negative inside. */
const house = polygon([16, 37], [40.5, 16], [65, 37], [65, 66], [16, 66])
const door = segment([40.5, 64], [40.5, 53])
const head = circle([40.5, 28], 12.5)
const shoulders = polygon(...arc([40.5, 67], 25, 21))

const icons = {
  home: (point) => Math.min(Math.abs(house(point)), door(point)) - stroke,
  'home-selected': (point) => Math.max(house(point) - stroke, stroke - door(point)),
  me: (point) => Math.min(Math.abs(head(point)), Math.abs(shoulders(point))) - stroke,
  'me-selected': (point) => Math.min(head(point), shoulders(point)) - stroke,
}

mkdirSync(folder, { recursive: true })
for (const [name, shape] of Object.entries(icons)) {
  for (const mode of ['light', 'dark']) {
    const color = theme[mode][name.endsWith('-selected') ? 'accent' : 'tabBarText']
    writeFileSync(new URL(`${name}-${mode}.png`, folder), png(shape, color))
  }
}

function png(shape, color) {
  const rgb = [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16))
  const rows = []
  for (let y = 0; y < size; y++) {
    rows.push(0)
    for (let x = 0; x < size; x++) rows.push(...rgb, Math.round(255 * coverage(shape, x, y)))
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(size, 0)
  header.writeUInt32BE(size, 4)
  header.set([8, 6], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const data = deflateSync(Buffer.from(rows), { level: 9 })
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}

/** How much of a pixel the shape covers, from 0 to 1. */
function coverage(shape, x, y) {
  let inside = 0
  for (let i = 0; i < samples; i++) {
    for (let j = 0; j < samples; j++) {
      if (shape([x + (i + 0.5) / samples, y + (j + 0.5) / samples]) <= 0) inside += 1
    }
  }
  return inside / samples ** 2
}

function circle([centerX, centerY], radius) {
  return ([x, y]) => Math.hypot(x - centerX, y - centerY) - radius
}

function segment([ax, ay], [bx, by]) {
  return ([x, y]) => {
    const along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
    const t = Math.min(1, Math.max(0, along))
    return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay))
  }
}

function polygon(...points) {
  const edges = points.map((point, index) => [point, points[(index + 1) % points.length]])
  const distances = edges.map(([from, to]) => segment(from, to))
  return (point) => {
    const distance = Math.min(...distances.map((toEdge) => toEdge(point)))
    return isInside(point, edges) ? -distance : distance
  }
}

function isInside([x, y], edges) {
  const crossings = edges.filter(
    ([[ax, ay], [bx, by]]) => ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax),
  )
  return crossings.length % 2 === 1
}

/** The upper half of an ellipse. */
function arc([centerX, centerY], radiusX, radiusY) {
  return Array.from({ length: 33 }, (_, step) => {
    const angle = (Math.PI * step) / 32
    return [centerX - radiusX * Math.cos(angle), centerY - radiusY * Math.sin(angle)]
  })
}
