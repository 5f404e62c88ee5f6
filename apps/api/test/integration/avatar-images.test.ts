import { createHash } from 'node:crypto'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { LoginResult } from '@repo/shared'
import sharp, { type Sharp } from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { avatarOf, deletions, eventsOf, noise, open, storedFiles, upload } from '../support/avatars.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { blackPng, inflatingTexts, jpegOfScans, plain } from '../support/hostile-images.ts'
import { nextUser } from '../support/next-user.ts'
import { type Answer, problem } from '../support/test-app.ts'
import { timed } from '../support/timed.ts'
import { picture, pixelOf } from '../support/uploads.ts'
import { useTestApp } from '../support/use-test-app.ts'

const red = [255, 0, 0]
/** JPEG does not keep a colour exactly. */
const expectColour = (pixel: number[], colour: number[]) => {
  for (const [index, value] of colour.entries())
    expect(Math.abs((pixel[index] ?? 0) - value), `${pixel} for ${colour}`).toBeLessThan(16)
}

const withoutLast = async (image: Sharp, bytes: number) => (await image.toBuffer()).subarray(0, -bytes)

/** A picture that claims to have 10,000 by 10,000 pixels: a file of a few hundred bytes. */
async function hugePng(): Promise<Buffer> {
  const file = await picture('#336699').png().toBuffer()
  file.writeUInt32BE(10_000, 16)
  file.writeUInt32BE(10_000, 20)
  file.writeUInt32BE(crc32(file.subarray(12, 29)), 29)
  return file
}
async function hugeJpeg(): Promise<Buffer> {
  const file = await picture('#336699').jpeg().toBuffer()
  const frame = file.indexOf(Buffer.from([0xff, 0xc0]))
  file.writeUInt16BE(10_000, frame + 5)
  file.writeUInt16BE(10_000, frame + 7)
  return file
}

describe.runIf(hasDatabase)('POST /v1/me/avatar', () => {
  const testApp = useTestApp()
  let login: LoginResult
  beforeAll(async () => {
    login = await testApp.login('person-0')
  })

  const welcome = () => testApp.login(nextUser())

  it.each([
    ['a JPEG', () => picture('#f00').jpeg()],
    ['a progressive JPEG', () => picture('#f00').jpeg({ progressive: true })],
    ['a PNG', () => picture('#f00').png()],
    ['a PNG with a palette', () => picture('#f00').png({ palette: true })],
    ['a WebP', () => picture('#f00').webp()],
    ['a GIF', () => picture('#f00').gif()],
    ['a JPEG in the colours of a printer', () => picture('#f00').toColourspace('cmyk').jpeg()],
    ['an AVIF', () => picture('#f00').avif()],
    ['a single pixel', () => picture('#f00', { width: 1, height: 1 }).png()],
    ['a panorama', () => picture('#f00', { width: 3000, height: 20 }).jpeg()],
  ])('accepts %s and stores a square JPEG named by its content', async (_name, make) => {
    const person = await welcome()
    const { status, body } = await upload(testApp, person, { content: await make().toBuffer() })
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: person.user.id })
    expect(await avatarOf(testApp, person)).toBe(body.avatarUrl)
    const file = await open(testApp, body.avatarUrl)
    expect(file.status).toBe(200)
    const { format, width, height } = await sharp(file.bytes).metadata()
    expect({ format, width, height }).toEqual({ format: 'jpeg', width: 512, height: 512 })
    const colour = await pixelOf(file.bytes, 256, 256)
    if (!_name.includes('printer')) expectColour(colour, red)
    const hash = createHash('sha256').update(file.bytes).digest('hex')
    expect(body.avatarUrl).toBe(`${testApp.config.publicUrl}/files/avatars/${hash}.jpg`)
  })

  it('accepts a JPEG that lacks only its end marker', async () => {
    for (const image of [noise(200, 200).jpeg(), noise(200, 200).jpeg({ progressive: true })])
      expect((await upload(testApp, login, { content: await withoutLast(image, 2) })).status).toBe(200)
  })

  it('accepts a PNG and ignores its texts', async () => {
    const content = blackPng(50, { depth: 8, extra: inflatingTexts(40) })
    const { answer, durationMs } = await timed(() => upload(testApp, login, { content }))
    expect(answer.status).toBe(200)
    // Inflating them takes the decoder a minute.
    expect(durationMs).toBeLessThan(8000)
  })

  it('detects the format by the content, whatever name and type say', async () => {
    const content = await picture('#f00').png().toBuffer()
    expect((await upload(testApp, login, { content, filename: '../../etc/passwd' })).status).toBe(200)
    expect((await upload(testApp, login, { content, filename: 'x.svg' })).status).toBe(200)
  })

  it('rotates an image upright and removes its location and camera data', async () => {
    const halves = await picture('#00f', { width: 80, height: 40 })
      .composite([
        { input: await picture('#f00', { width: 40, height: 40 }).png().toBuffer(), left: 0, top: 0 },
      ])
      .withExif({ IFD0: { Make: 'SecretCamera' }, IFD3: { GPSLatitude: '31/1 14/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    expect((await sharp(halves).metadata()).orientation).toBe(6)
    const { body } = await upload(testApp, login, { content: halves })
    const { bytes } = await open(testApp, body.avatarUrl)
    expectColour(await pixelOf(bytes, 256, 40), red)
    expectColour(await pixelOf(bytes, 256, 470), [0, 0, 255])
    const { exif, icc, xmp, iptc, orientation } = await sharp(bytes).metadata()
    expect({ exif, icc, xmp, iptc, orientation: orientation ?? 1 }).toEqual({ orientation: 1 })
    expect(bytes.toString('latin1')).not.toMatch(/Exif|SecretCamera/)
  })

  it.each(['gif', 'webp'] as const)('stores the first frame of an animated image (%s)', async (format) => {
    const frames = await Promise.all(
      ['#f00', '#0f0', '#00f'].map((colour) => picture(colour).png().toBuffer()),
    )
    const content = await sharp(frames, { join: { animated: true } })
      .toFormat(format)
      .toBuffer()
    expect((await sharp(content).metadata()).pages).toBe(3)
    const { body } = await upload(testApp, login, { content })
    expectColour(await pixelOf((await open(testApp, body.avatarUrl)).bytes, 256, 256), red)
  })

  it('puts a transparent image on white', async () => {
    const content = await sharp({
      create: { width: 50, height: 50, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer()
    const { body } = await upload(testApp, login, { content })
    expectColour(await pixelOf((await open(testApp, body.avatarUrl)).bytes, 256, 256), [255, 255, 255])
  })

  describe('POST /v1/me/avatar rejects, without changing anything,', () => {
    const halfOf = async (image: Sharp) => {
      const content = await image.toBuffer()
      return content.subarray(0, content.length / 2)
    }
    async function expectUnchanged(work: () => Promise<Answer>): Promise<Answer> {
      await upload(testApp, login, { content: await picture('#f00').png().toBuffer() })
      await eventually(async () => expect(await deletions(testApp)).toBe(0))
      const before = [
        await avatarOf(testApp, login),
        await eventsOf(testApp, login),
        await storedFiles(testApp),
      ]
      const answer = await work()
      expect([
        await avatarOf(testApp, login),
        await eventsOf(testApp, login),
        await storedFiles(testApp),
      ]).toEqual(before)
      expect(await deletions(testApp)).toBe(0)
      return answer
    }

    it.each<[string, () => Promise<Buffer | string>]>([
      ['a page of HTML', async () => '<!doctype html><script>alert(1)</script>'],
      ['an SVG', async () => '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'],
      ['an SVG behind the name of a JPEG', async () => '<?xml version="1.0"?><svg width="9" height="9"/>'],
      ['empty', async () => ''],
      ['a beginning alone', async () => Buffer.from([0xff, 0xd8, 0xff])],
      ['the beginning of a PNG, then a page', async () => `\x89PNG\r\n\x1a\n${'<html>'.repeat(50)}`],
      ['a truncated JPEG', () => halfOf(noise(200, 200).jpeg())],
      ['a truncated progressive JPEG', () => halfOf(noise(200, 200).jpeg({ progressive: true }))],
      ['a truncated PNG', () => halfOf(noise(200, 200).png())],
      ['a truncated WebP', () => halfOf(noise(200, 200).webp())],
      ['a truncated GIF', () => halfOf(noise(200, 200).gif())],
      ['a TIFF', () => picture('#f00').tiff().toBuffer()],
      ['a JPEG without its end that lacks more than that', () => withoutLast(noise(200, 200).jpeg(), 200)],
      ['a truncated AVIF', () => halfOf(noise(200, 200).avif())],
      ['a PDF', async () => '%PDF-1.4'],
    ])('%s', async (_name, make) => {
      const content = await make()
      const answer = await expectUnchanged(() => upload(testApp, login, { content }))
      expect(answer).toMatchObject(problem('image_invalid', 400))
      expect(answer.text).not.toMatch(/vips|libpng|Vips|Input/)
    })

    it('a HEIC, and says what to send instead', async () => {
      const box = Buffer.from('00000018667479706865696300000000', 'hex')
      const content = Buffer.concat([box, Buffer.from('mif1heic'), Buffer.alloc(500)])
      const answer = await expectUnchanged(() => upload(testApp, login, { content }))
      expect(answer).toMatchObject(problem('image_invalid', 400))
      expect(answer.body.detail).toBe('HEIC is not supported: send JPEG')
    })

    it.each<[string, () => Promise<Buffer> | Buffer]>([
      ['an interlaced PNG of 16 bits', () => blackPng(5600)],
      ['a progressive JPEG', () => plain(6300, 3).jpeg({ progressive: true }).toBuffer()],
      ['a JPEG of several scans', () => jpegOfScans(6300)],
      ['a WebP', () => plain(5900).webp({ effort: 0, lossless: true }).toBuffer()],
    ])('%s that would take more memory than one image may, within 50 megapixels', async (_name, make) => {
      const content = await make()
      const answer = await expectUnchanged(() => upload(testApp, login, { content }))
      expect(answer).toMatchObject(problem('image_too_large', 413))
      expect(answer.body.detail).toContain('bytes')
    })

    it.each([
      ['PNG', hugePng],
      ['JPEG', hugeJpeg],
    ])('a %s of 100 megapixels, before it decodes anything', async (_name, make) => {
      const content = await make()
      const answer = await expectUnchanged(async () => {
        const { answer, durationMs } = await timed(() => upload(testApp, login, { content }))
        expect(durationMs).toBeLessThan(2000)
        return answer
      })
      expect(answer).toMatchObject(problem('image_too_large', 413))
    })

    it('a file of more than 5 MB', async () => {
      const content = Buffer.concat([await picture('#f00').png().toBuffer(), Buffer.alloc(5 * 1024 * 1024)])
      expect(await expectUnchanged(() => upload(testApp, login, { content }))).toMatchObject(
        problem('body_too_large', 413),
      )
    })
  })

  it('stores the image in the folder under its key only', async () => {
    for (const name of await storedFiles(testApp)) expect(name).toMatch(/^[\da-f]{64}\.jpg$/)
    await expect(access(join(testApp.storageFolder, 'etc'))).rejects.toThrow('ENOENT')
  })
})
