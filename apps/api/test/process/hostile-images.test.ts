import { readFileSync } from 'node:fs'
import type { LoginResult } from '@repo/shared'
import { startWechatSimulator } from '@repo/wechat-simulator'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { startApiProcess, temporaryFolder } from '../support/api-process.ts'
import { createPostgresDatabase } from '../support/database.ts'
import {
  blackPng,
  inflatingProfile,
  inflatingTexts,
  jpegOfScans,
  plain,
  turned,
} from '../support/hostile-images.ts'
import { apps, people, testVariables } from '../support/test-app.ts'
import { uploadOf } from '../support/uploads.ts'

/** What `docs/deploy.md` and `compose.yaml` promise. */
const limitMb = 768

const statusMb = (pid: number, field: 'VmRSS' | 'VmHWM') => {
  try {
    const [, kilobytes] =
      new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Number(kilobytes ?? 0) / 1024
  } catch {
    return 0
  }
}

/** The process and what it started. */
function family(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    return [pid, ...children.flatMap((child) => family(Number(child)))]
  } catch {
    return [pid]
  }
}

/** Each as large as is taken, or larger. */
const pictures = (): [string, () => Buffer | Promise<Buffer>][] => [
  ['an interlaced PNG of 16 bits, refused', () => blackPng(7071)],
  ['an interlaced PNG of 16 bits', () => blackPng(5400, { extra: [turned] })],
  ['a turned PNG of 16 bits', () => blackPng(5400, { interlaced: false, extra: [turned] })],
  ['an interlaced PNG', () => blackPng(7000, { depth: 8 })],
  ['a PNG of texts', () => blackPng(100, { depth: 8, extra: inflatingTexts(60) })],
  ['a PNG with a profile', () => blackPng(100, { depth: 8, extra: [inflatingProfile()] })],
  ['a JPEG of scans', () => jpegOfScans(6100)],
  ['a JPEG of scans, refused', () => jpegOfScans(7071)],
  [
    'a progressive JPEG',
    () => plain(6100, 3).jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
  ],
  ['a turned JPEG', () => plain(7071, 3).withMetadata({ orientation: 6 }).jpeg().toBuffer()],
  ['a WebP', () => plain(5700).webp({ effort: 0 }).toBuffer()],
  ['a GIF', () => plain(5700, 3).gif({ effort: 1 }).toBuffer()],
  ['an AVIF', () => plain(3000, 3).avif({ effort: 0 }).toBuffer()],
]

describe.runIf(inject('postgresUrl') !== null && process.platform === 'linux')('hostile pictures', () => {
  it('POST /v1/me/avatar keeps the API and its decoder below the stated memory, and delays no login', async () => {
    const simulator = await startWechatSimulator({ apps, users: people })
    onTestFinished(simulator.close)
    const place = await temporaryFolder()
    onTestFinished(place.remove)
    const database = await createPostgresDatabase()
    onTestFinished(database.remove)
    const api = await startApiProcess({
      ...testVariables(simulator.url),
      DATABASE_URL: database.config.url,
      STORAGE_FOLDER: place.folder,
    })
    onTestFinished(async () => {
      api.child.kill('SIGKILL')
      await api.ended
    })
    await api.ready()
    const { pid = 0 } = api.child

    const login = async (person: string): Promise<LoginResult> => {
      const code = await fetch(`${simulator.url}/__simulator/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ appId: apps[0].appId, person }),
      })
      const answer = await fetch(`${api.url}/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code: ((await code.json()) as { code: string }).code }),
      })
      expect(answer.status).toBe(200)
      return (await answer.json()) as LoginResult
    }

    const files: { name: string; content: Buffer }[] = []
    for (const [name, make] of pictures()) files.push({ name, content: await make() })
    for (const { name, content } of files) expect(content.length, name).toBeLessThan(5 * 1024 * 1024)
    const users = await Promise.all(files.map((_file, index) => login(`person-${index}`)))

    let peak = 0
    const watch = setInterval(() => {
      peak = Math.max(
        peak,
        family(pid).reduce((sum, each) => sum + statusMb(each, 'VmRSS'), 0),
      )
    }, 20)
    const uploads = Promise.all(
      files.map(async ({ name, content }, index) => {
        const { headers, body } = uploadOf({ content })
        const answer = await fetch(`${api.url}/v1/me/avatar`, {
          method: 'POST',
          headers: { ...headers, authorization: `Bearer ${users[index]?.accessToken}` },
          body: new Uint8Array(body),
        })
        return [name, answer.status, ((await answer.json()) as { code?: string }).code ?? 'taken'] as const
      }),
    )
    const during = performance.now()
    await login('person-300')
    const loginMs = performance.now() - during
    const outcomes = await uploads
    clearInterval(watch)
    const own = statusMb(pid, 'VmHWM')
    if (process.env.MEASURE) process.stderr.write(`${JSON.stringify({ own, peak, loginMs, outcomes })}\n`)

    expect(loginMs, 'a login meanwhile').toBeLessThan(5000)
    for (const [name, status, code] of outcomes) {
      if (name.includes('refused')) expect([name, status, code]).toEqual([name, 413, 'image_too_large'])
      // A machine that does other things meanwhile may not be in time.
      else expect(['taken', 'image_invalid'], `${name}: ${status}`).toContain(code)
    }
    expect(outcomes.filter(([, , code]) => code === 'taken').length).toBeGreaterThan(5)
    expect(own, 'the API itself').toBeLessThan(limitMb / 2)
    expect(peak, 'the API and its decoder').toBeLessThan(limitMb)
    expect(peak, 'the decoder was watched').toBeGreaterThan(own)
  }, 240_000)
})
