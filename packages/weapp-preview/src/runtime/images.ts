/** The side of a square image in px, as WeChat's own avatars. */
const side = 640

type Paint = (canvas: OffscreenCanvasRenderingContext2D) => void

/** A user's WeChat avatar: the first character of the name on a color of its own. */
export function paintAvatar(name: string): Promise<Blob> {
  const [initial = ''] = name
  const hue = ([...name].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) * 67) % 360
  return paint((canvas) => {
    fill(canvas, `hsl(${hue} 42% 62%)`, `hsl(${hue + 24} 46% 42%)`)
    canvas.fillStyle = '#fff'
    canvas.font = `500 ${side * 0.5}px sans-serif`
    canvas.textAlign = 'center'
    canvas.textBaseline = 'middle'
    canvas.fillText(initial, side / 2, side * 0.53)
  })
}

/** The images of the album: a morning, a noon and a night in the hills. */
export const sceneCount = 3
const skies = [
  { sky: ['#ffd9a0', '#f28a6b'], sun: '#fff3d0', hill: '#7a5a6a' },
  { sky: ['#8fd0f5', '#d8f0fb'], sun: '#fff6b8', hill: '#4f9a68' },
  { sky: ['#1c2b52', '#40507f'], sun: '#f3f1dd', hill: '#1a2233' },
] as const

/** `index`: from 0 to `sceneCount` - 1. */
export function paintScene(index: number): Promise<Blob> {
  const { sky, sun, hill } = skies[index] ?? skies[0]
  return paint((canvas) => {
    fill(canvas, sky[0], sky[1])
    canvas.fillStyle = sun
    disc(canvas, side * (0.3 + 0.2 * index), side * 0.34, side * 0.1)
    canvas.fillStyle = hill
    disc(canvas, side * 0.25, side * 1.15, side * 0.55)
    disc(canvas, side * 0.85, side * 1.25, side * 0.62)
  })
}

async function paint(draw: Paint): Promise<Blob> {
  const canvas = new OffscreenCanvas(side, side)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('this browser cannot draw')
  draw(context)
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })
}

function fill(canvas: OffscreenCanvasRenderingContext2D, top: string, bottom: string): void {
  const gradient = canvas.createLinearGradient(0, 0, 0, side)
  gradient.addColorStop(0, top)
  gradient.addColorStop(1, bottom)
  canvas.fillStyle = gradient
  canvas.fillRect(0, 0, side, side)
}

function disc(canvas: OffscreenCanvasRenderingContext2D, x: number, y: number, radius: number): void {
  canvas.beginPath()
  canvas.arc(x, y, radius, 0, 2 * Math.PI)
  canvas.fill()
}
