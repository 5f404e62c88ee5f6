import sharp, { type Sharp } from 'sharp'

/** A request as `wx.uploadFile` sends it; several parts for what it does not send. */
export function uploadOf(...parts: { content: Buffer | string; name?: string; filename?: string | null }[]): {
  headers: Record<string, string>
  body: Buffer
} {
  const boundary = '----WebKitFormBoundary7MA4YWxkTrZu0gW'
  const chunks = parts.flatMap(({ content, name = 'file', filename = 'tmp_1f2e3d.jpg' }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`,
    filename === null ? '' : `; filename="${filename}"\r\nContent-Type: image/jpeg`,
    '\r\n\r\n',
    content,
    '\r\n',
  ])
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([...chunks, `--${boundary}--\r\n`].map((chunk) => Buffer.from(chunk as string))),
  }
}

/** A picture of one colour. */
export const picture = (background: string, { width = 60, height = 40 } = {}): Sharp =>
  sharp({ create: { width, height, channels: 3, background } })

/** The colour of a pixel, as red, green, blue. */
export async function pixelOf(image: Buffer, left: number, top: number): Promise<number[]> {
  const { data } = await sharp(image)
    .extract({ left, top, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return [...data]
}
