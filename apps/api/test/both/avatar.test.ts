import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { access, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { LoginResult } from '@repo/shared'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { loginAsAdmin } from '../support/admin.ts'
import { hasDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { timed } from '../support/timed.ts'
import { picture, pixelOf, uploadOf } from '../support/uploads.ts'
import { type Answer, problem, startWorld, type World } from '../support/world.ts'

const red = [255, 0, 0]
/** JPEG does not keep a colour exactly. */
const expectColour = (pixel: number[], colour: number[]) => {
  for (const [index, value] of colour.entries())
    expect(Math.abs((pixel[index] ?? 0) - value), `${pixel} for ${colour}`).toBeLessThan(16)
}

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

/** So much noise that no encoder makes it small. */
const noise = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })

describe.runIf(hasDatabase)('a picture', () => {
  let world: World
  let login: LoginResult
  let persons = 0
  beforeAll(async () => {
    world = await startWorld()
    login = await world.login('person-0')
  })
  afterAll(() => world?.close())

  const welcome = () => {
    persons += 1
    return world.login(`person-${persons}`)
  }
  const upload = ({ accessToken: token }: LoginResult, ...parts: Parameters<typeof uploadOf>) =>
    world.call('POST /v1/me/avatar', { token, ...uploadOf(...parts) })
  const remove = ({ accessToken: token }: LoginResult) => world.call('DELETE /v1/me/avatar', { token })
  const avatarOf = async ({ accessToken: token }: LoginResult): Promise<string> =>
    (await world.call('GET /v1/me', { token })).body.avatarUrl
  const open = (url: string) => world.call(`GET ${new URL(url).pathname}`)
  const folder = () => ('folder' in world.config.storage ? world.config.storage.folder : '')
  const eventsOf = ({ user }: LoginResult) =>
    world.database.prisma.auditEvent.findMany({
      where: { userId: user.id, type: 'avatar_changed' },
      orderBy: { id: 'asc' },
    })
  const jobs = () => world.database.prisma.job.count({ where: { kind: 'delete_file' } })
  const storedFiles = async () => (await readdir(join(folder(), 'avatars')).catch(() => [])).sort()

  it.each([
    ['a JPEG', () => picture('#f00').jpeg()],
    ['a progressive JPEG', () => picture('#f00').jpeg({ progressive: true })],
    ['a PNG', () => picture('#f00').png()],
    ['a PNG with a palette', () => picture('#f00').png({ palette: true })],
    ['a WebP', () => picture('#f00').webp()],
    ['a GIF', () => picture('#f00').gif()],
    ['a JPEG in the colours of a printer', () => picture('#f00').toColourspace('cmyk').jpeg()],
    ['a single pixel', () => picture('#f00', { width: 1, height: 1 }).png()],
    ['a panorama', () => picture('#f00', { width: 3000, height: 20 }).jpeg()],
  ])('is taken as %s, and becomes a square JPEG named by its content', async (_name, make) => {
    const person = await welcome()
    const { status, body } = await upload(person, { content: await make().toBuffer() })
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: person.user.id })
    expect(await avatarOf(person)).toBe(body.avatarUrl)
    const file = await open(body.avatarUrl)
    expect(file.status).toBe(200)
    const { format, width, height } = await sharp(file.bytes).metadata()
    expect({ format, width, height }).toEqual({ format: 'jpeg', width: 512, height: 512 })
    const colour = await pixelOf(file.bytes, 256, 256)
    if (!_name.includes('printer')) expectColour(colour, red)
    const hash = createHash('sha256').update(file.bytes).digest('hex')
    expect(body.avatarUrl).toBe(`${world.config.publicUrl}/files/avatars/${hash}.jpg`)
  })

  it('is known by its content, whatever its name and type claim', async () => {
    const content = await picture('#f00').png().toBuffer()
    expect((await upload(login, { content, filename: '../../etc/passwd' })).status).toBe(200)
    expect((await upload(login, { content, filename: 'x.svg' })).status).toBe(200)
  })

  it('is turned upright, and tells nothing of where and by what it was taken', async () => {
    const halves = await picture('#00f', { width: 80, height: 40 })
      .composite([
        { input: await picture('#f00', { width: 40, height: 40 }).png().toBuffer(), left: 0, top: 0 },
      ])
      .withExif({ IFD0: { Make: 'SecretCamera' }, IFD3: { GPSLatitude: '31/1 14/1 0/1' } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    expect((await sharp(halves).metadata()).orientation).toBe(6)
    const { body } = await upload(login, { content: halves })
    const { bytes } = await open(body.avatarUrl)
    expectColour(await pixelOf(bytes, 256, 40), red)
    expectColour(await pixelOf(bytes, 256, 470), [0, 0, 255])
    const { exif, icc, xmp, iptc, orientation } = await sharp(bytes).metadata()
    expect({ exif, icc, xmp, iptc, orientation: orientation ?? 1 }).toEqual({ orientation: 1 })
    expect(bytes.toString('latin1')).not.toMatch(/Exif|SecretCamera/)
  })

  it.each(['gif', 'webp'] as const)('that moves (%s) stands still on its first frame', async (format) => {
    const frames = await Promise.all(
      ['#f00', '#0f0', '#00f'].map((colour) => picture(colour).png().toBuffer()),
    )
    const content = await sharp(frames, { join: { animated: true } })
      .toFormat(format)
      .toBuffer()
    expect((await sharp(content).metadata()).pages).toBe(3)
    const { body } = await upload(login, { content })
    expectColour(await pixelOf((await open(body.avatarUrl)).bytes, 256, 256), red)
  })

  it('lies on white where it is transparent', async () => {
    const content = await sharp({
      create: { width: 50, height: 50, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer()
    const { body } = await upload(login, { content })
    expectColour(await pixelOf((await open(body.avatarUrl)).bytes, 256, 256), [255, 255, 255])
  })

  describe('is refused, and nothing is changed, when it is', () => {
    const halfOf = async (image: Sharp) => {
      const content = await image.toBuffer()
      return content.subarray(0, content.length / 2)
    }
    async function expectUnchanged(work: () => Promise<Answer>): Promise<Answer> {
      await upload(login, { content: await picture('#f00').png().toBuffer() })
      await eventually(async () => expect(await jobs()).toBe(0))
      const before = [await avatarOf(login), await eventsOf(login), await storedFiles()]
      const answer = await work()
      expect([await avatarOf(login), await eventsOf(login), await storedFiles()]).toEqual(before)
      expect(await jobs()).toBe(0)
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
      ['an AVIF', () => picture('#f00').avif().toBuffer()],
      ['a PDF', async () => '%PDF-1.4'],
    ])('%s', async (_name, make) => {
      const content = await make()
      const answer = await expectUnchanged(() => upload(login, { content }))
      expect(answer).toMatchObject(problem('image_invalid', 400))
      expect(answer.text).not.toMatch(/vips|libpng|Vips|Input/)
    })

    it.each([
      ['PNG', hugePng],
      ['JPEG', hugeJpeg],
    ])('a %s of 100 megapixels, before anything of it is decoded', async (_name, make) => {
      const content = await make()
      const answer = await expectUnchanged(async () => {
        const { answer, durationMs } = await timed(() => upload(login, { content }))
        expect(durationMs).toBeLessThan(2000)
        return answer
      })
      expect(answer).toMatchObject(problem('image_too_large', 413))
    })

    it('more than 5 MB', async () => {
      const content = Buffer.concat([await picture('#f00').png().toBuffer(), Buffer.alloc(5 * 1024 * 1024)])
      expect(await expectUnchanged(() => upload(login, { content }))).toMatchObject(
        problem('body_too_large', 413),
      )
    })
  })

  describe('has to come alone in the field file:', () => {
    const content = Buffer.from('any')
    const token = () => login.accessToken
    const send = (options: { headers: Record<string, string>; body: Buffer | string }) =>
      world.call('POST /v1/me/avatar', { token: token(), ...options })
    const type = { 'content-type': 'multipart/form-data; boundary=x' }

    it.each<[string, () => { headers: Record<string, string>; body: Buffer | string }]>([
      ['no part', () => ({ headers: type, body: '--x--\r\n' })],
      ['no body', () => ({ headers: type, body: '' })],
      ['two files', () => uploadOf({ content }, { content })],
      ['ten files', () => uploadOf(...Array.from({ length: 10 }, () => ({ content })))],
      ['another field', () => uploadOf({ content, name: 'avatar' })],
      ['a text', () => uploadOf({ content, filename: null })],
      ['a text besides', () => uploadOf({ content }, { content, name: 'note', filename: null })],
      ['a poisoned name', () => uploadOf({ content, name: '__proto__' })],
      ['no boundary', () => ({ headers: { 'content-type': 'multipart/form-data' }, body: '--x--' })],
      ['half a form', () => ({ ...uploadOf({ content }), body: uploadOf({ content }).body.subarray(0, 90) })],
      ['no form', () => ({ headers: type, body: 'hello' })],
    ])('%s is refused', async (_name, make) => {
      const answer = await send(make())
      expect(answer).toMatchObject(problem('invalid_request', 400))
      expect(answer.body.detail).toMatch(/^(body must have one file|the body is not valid multipart)/)
    })

    it('another type is refused, and so is multipart where no file is taken', async () => {
      for (const body of ['{"file":"x"}', ''])
        expect(await send({ headers: { 'content-type': 'application/json' }, body })).toMatchObject(
          problem('unsupported_media_type', 415),
        )
      expect(await send({ headers: { 'content-type': 'image/jpeg' }, body: content })).toMatchObject(
        problem('unsupported_media_type', 415),
      )
      const profile = await world.call('PUT /v1/me/profile', { token: token(), ...uploadOf({ content }) })
      expect(profile).toMatchObject(problem('unsupported_media_type', 415))
    })

    it('nobody uploads without a login', async () => {
      expect(await world.call('POST /v1/me/avatar', uploadOf({ content }))).toMatchObject(
        problem('access_token_missing', 401),
      )
    })
  })

  it('that is far too large is answered over a real connection, not cut off', async () => {
    const url = await world.app.listen({ port: 0, host: '127.0.0.1' })
    const form = new FormData()
    form.append('file', new Blob([Buffer.alloc(20 * 1024 * 1024)]), 'large.jpg')
    const headers = { authorization: `Bearer ${login.accessToken}` }
    const answer = await fetch(`${url}/v1/me/avatar`, { method: 'POST', headers, body: form })
    expect(answer.status).toBe(413)
    expect(await answer.json()).toMatchObject({ code: 'body_too_large' })
    const small = new FormData()
    small.append('file', new Blob([new Uint8Array(await picture('#f00').png().toBuffer())]), 'small.png')
    expect((await fetch(`${url}/v1/me/avatar`, { method: 'POST', headers, body: small })).status).toBe(200)
  })

  it('goes with its file when it is removed, and the generated one is back', async () => {
    const person = await welcome()
    const generated = person.user.avatarUrl
    const { body } = await upload(person, { content: await noise(30, 30).png().toBuffer() })
    expect((await open(body.avatarUrl)).status).toBe(200)
    const removed = await remove(person)
    expect([removed.status, removed.body.avatarUrl]).toEqual([200, generated])
    await eventually(async () => expect((await open(body.avatarUrl)).status).toBe(404))
    expect((await remove(person)).status, 'twice is fine').toBe(200)
    expect((await eventsOf(person)).map(({ data }) => data)).toEqual([
      { to: 'uploaded' },
      { to: 'generated' },
    ])
  })

  it('goes with its file when another takes its place', async () => {
    const person = await welcome()
    const first = (await upload(person, { content: await noise(30, 30).png().toBuffer() })).body.avatarUrl
    const second = (await upload(person, { content: await noise(31, 31).png().toBuffer() })).body.avatarUrl
    await eventually(async () => expect((await open(first)).status).toBe(404))
    expect((await open(second)).status).toBe(200)
    expect(await jobs()).toBe(0)
  })

  it('that is uploaded again stays as it is', async () => {
    const person = await welcome()
    const content = await noise(30, 30).png().toBuffer()
    const { body } = await upload(person, { content })
    expect((await upload(person, { content })).body.avatarUrl).toBe(body.avatarUrl)
    expect(await eventsOf(person)).toHaveLength(1)
    expect(await jobs()).toBe(0)
    expect((await open(body.avatarUrl)).status).toBe(200)
  })

  it('that two people have stays until the last of them has another', async () => {
    const [one, other] = [await welcome(), await welcome()]
    const content = await noise(30, 30).png().toBuffer()
    const { body } = await upload(one, { content })
    expect((await upload(other, { content })).body.avatarUrl).toBe(body.avatarUrl)
    await remove(one)
    await eventually(async () => expect(await jobs()).toBe(0))
    expect((await open(body.avatarUrl)).status).toBe(200)
    await remove(other)
    await eventually(async () => expect((await open(body.avatarUrl)).status).toBe(404))
  })

  it('is not deleted while somebody is about to have it', async () => {
    const person = await welcome()
    const { body } = await upload(person, { content: await noise(30, 30).png().toBuffer() })
    const key = new URL(body.avatarUrl).pathname.replace('/files/', '')
    const { prisma } = world.database
    // As an upload does it before it writes the file.
    const runAt = new Date(Date.now() + 600_000)
    const id = crypto.randomUUID()
    await prisma.job.create({ data: { id, kind: 'delete_file', payload: { key }, runAt } })
    await remove(person)
    await eventually(async () => expect(await jobs()).toBe(1))
    expect((await open(body.avatarUrl)).status).toBe(200)
    // It never came to an end.
    await prisma.job.update({ where: { id }, data: { runAt: new Date(0) } })
    await eventually(async () => expect((await open(body.avatarUrl)).status).toBe(404))
    expect(await jobs()).toBe(0)
  })

  it('that could not be saved leaves no file behind', async () => {
    const person = await welcome()
    const { prisma } = world.database
    const files = await storedFiles()
    await prisma.$executeRawUnsafe(
      'ALTER TABLE users ADD CONSTRAINT never CHECK (avatar_key IS NULL) NOT VALID',
    )
    try {
      expect((await upload(person, { content: await noise(30, 30).png().toBuffer() })).status).toBe(500)
    } finally {
      await prisma.$executeRawUnsafe('ALTER TABLE users DROP CONSTRAINT never')
    }
    expect(await storedFiles()).toHaveLength(files.length + 1)
    const [job] = await prisma.job.findMany({ where: { kind: 'delete_file' } })
    expect(job?.runAt.getTime()).toBeGreaterThan(Date.now() + 500_000)
    await prisma.job.updateMany({ data: { runAt: new Date(0) } })
    await eventually(async () => expect(await storedFiles()).toEqual(files))
  })

  it('is refused while files cannot be written, and nothing is changed', async () => {
    const person = await welcome()
    const { body } = await upload(person, { content: await noise(30, 30).png().toBuffer() })
    const avatars = join(folder(), 'avatars')
    await rename(avatars, `${avatars}-away`)
    await writeFile(avatars, 'no folder')
    try {
      const answer = await upload(person, { content: await noise(30, 30).png().toBuffer() })
      expect(answer).toMatchObject(problem('storage_unavailable', 503))
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
      expect(await open(body.avatarUrl)).toMatchObject(problem('storage_unavailable', 503))
      expect(answer.text).not.toContain(folder())
      expect(world.log()).not.toContain(folder())
    } finally {
      await rm(avatars)
      await rename(`${avatars}-away`, avatars)
    }
    expect(await avatarOf(person)).toBe(body.avatarUrl)
    expect((await open(body.avatarUrl)).status).toBe(200)
    await world.database.prisma.job.updateMany({ data: { runAt: new Date(0) } })
    await eventually(async () => expect(await jobs()).toBe(0))
  })

  it('waits its turn when many come at once; who comes beyond all places is told when to try again', async () => {
    const content = await noise(1200, 1200).jpeg({ quality: 60 }).toBuffer()
    const answers = await Promise.all(Array.from({ length: 50 }, () => upload(login, { content })))
    const statuses = new Set(answers.map(({ status }) => status))
    expect([...statuses].sort()).toEqual([200, 429])
    for (const answer of answers.filter(({ status }) => status === 429))
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect((await upload(login, { content })).status).toBe(200)
  })

  it('of somebody who was banned meanwhile is not taken', async () => {
    const person = await welcome()
    await world.database.prisma.user.update({
      where: { id: person.user.id },
      data: { status: 'banned', bannedReason: 'spam' },
    })
    const files = await storedFiles()
    const answer = await upload(person, { content: await noise(30, 30).png().toBuffer() })
    expect(answer.status).toBe(403)
    expect(answer.body).toMatchObject({ code: 'account_banned', reason: 'spam' })
    expect(await storedFiles()).toEqual(files)
  })

  describe('of a user is', () => {
    let admin: LoginResult
    beforeAll(async () => {
      admin = await loginAsAdmin(world, 'person-399')
    })
    const act = (method: 'POST' | 'DELETE', id: string, more: object = {}, { accessToken: token } = admin) =>
      world.call(`${method} /v1/admin/users/${id}/avatar`, { token, ...more })

    it('given and taken by an admin, whose name is in the audit log', async () => {
      const person = await welcome()
      const content = await noise(30, 30).png().toBuffer()
      expect((await act('POST', person.user.id, uploadOf({ content }))).status).toBe(204)
      expect(await avatarOf(person)).toContain('/files/avatars/')
      expect((await act('DELETE', person.user.id)).status).toBe(204)
      expect(await avatarOf(person)).toBe(person.user.avatarUrl)
      expect(await eventsOf(person)).toMatchObject([
        { actorId: admin.user.id, data: { to: 'uploaded' }, ip: '127.0.0.1' },
        { actorId: admin.user.id, data: { to: 'generated' } },
      ])
    })

    it('not touched by who is no admin, nor is that of nobody', async () => {
      const person = await welcome()
      const form = uploadOf({ content: await noise(30, 30).png().toBuffer() })
      const nobody = '00000000-0000-7000-8000-000000000000'
      for (const method of ['POST', 'DELETE'] as const) {
        const more = method === 'POST' ? form : {}
        expect(await act(method, person.user.id, more, person)).toMatchObject(problem('forbidden', 403))
        expect(await act(method, nobody, more)).toMatchObject(problem('not_found', 404))
      }
      expect(await act('POST', person.user.id, uploadOf({ content: '<html>' }))).toMatchObject(
        problem('image_invalid', 400),
      )
    })
  })

  it('lies in the folder under its key alone', async () => {
    for (const name of await storedFiles()) expect(name).toMatch(/^[\da-f]{64}\.jpg$/)
    await expect(access(join(folder(), 'etc'))).rejects.toThrow('ENOENT')
  })

  it('is counted before it is read: too many take no memory', async () => {
    const limited = await startWorld({ LIMIT_PROFILE_PER_PERSON: '1' })
    onTestFinished(limited.close)
    const { accessToken: token } = await limited.login('person-0')
    const { headers, body } = uploadOf({ content: await picture('#336699').png().toBuffer() })
    expect((await limited.call('POST /v1/me/avatar', { token, headers, body })).status).toBe(200)
    const url = await limited.app.listen({ port: 0, host: '127.0.0.1' })
    const unfinished = request(`${url}/v1/me/avatar`, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${token}`, 'content-length': body.length },
    })
    onTestFinished(() => void unfinished.destroy())
    unfinished.on('error', () => undefined).write(body.subarray(0, -1))
    const [answer] = (await once(unfinished, 'response')) as [IncomingMessage]
    expect(answer.statusCode).toBe(429)
  })
})
