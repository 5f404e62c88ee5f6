import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { lacksChromium } from '@repo/tooling/chromium'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { startPreview } from '../src/start-preview.ts'
import { callWx, closeSharedBrowser, request, sharedBrowser, startServer, temporaryFolder } from './phone.ts'

afterAll(closeSharedBrowser)

/** The smallest bundle: one page in plain WXML and JavaScript, from no build tool. */
async function writePlainBundle(): Promise<string> {
  const dist = await temporaryFolder()
  const files = {
    'app.json': '{ "pages": ["index"] }',
    'app.js': 'App({})',
    'index.wxml': '<view id="count" bindtap="add">{{count}}</view>',
    'index.js': 'Page({ data: { count: 0 }, add() { this.setData({ count: this.data.count + 1 }) } })',
  }
  for (const [path, text] of Object.entries(files)) await writeFile(join(dist, path), text)
  return dist
}

async function start(options: Partial<Parameters<typeof startPreview>[0]> = {}) {
  const preview = await startPreview({ dist: await writePlainBundle(), ...options })
  onTestFinished(preview.close)
  return preview
}

async function open(url: string) {
  const context = await (await sharedBrowser()).newContext({ locale: 'zh-CN' })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  await page.goto(url)
  return page
}

describe.skipIf(lacksChromium())('startPreview with only a dist folder', () => {
  test('runs a bundle without a build tool, an AppID or a simulator', async () => {
    const { url } = await start()
    const page = await open(`${url}/phone`)
    await page.locator('#count').click()
    await expect.poll(() => page.locator('#count').textContent()).toBe('1')
    expect(await callWx(page, 'login')).toEqual({
      errMsg: 'login:ok',
      code: expect.stringMatching(/^\S{32}$/),
    })
    expect(await callWx(page, 'checkSession')).toEqual({ errMsg: 'checkSession:ok' })
  })

  test('wx.request reaches no origin', async () => {
    const { url } = await start()
    const page = await open(`${url}/phone`)
    await page.locator('#count').waitFor()
    expect(await request(page, { url: 'http://127.0.0.1:9/' })).toMatchObject({
      errMsg: 'request:fail url not in domain list',
    })
  })

  test('the panel offers four users and no server fault', async () => {
    const page = await open((await start()).url)
    await page.getByText('陈静').waitFor()
    expect(await page.locator('.user').count()).toBe(4)
    await page.getByRole('combobox', { name: 'wx.login' }).waitFor()
    expect(await page.getByRole('combobox', { name: '微信服务器' }).count()).toBe(0)
  })
})

test.each([
  ['POST', 'login', { person: 'unknown' }, 'there is no user "unknown"'],
  ['PUT', 'fault', { fault: 'slow' }, 'only a WeChat simulator has this: start the preview with its URL'],
])('the built-in WeChat responds 404 to %s %s %j', async (method, path, body, error) => {
  const { url } = await start()
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/__simulator/${path}`, { method, headers, body: JSON.stringify(body) })
  expect({ status: response.status, body: await response.json() }).toEqual({ status: 404, body: { error } })
})

test('startPreview forwards requests for WeChat to simulatorUrl and relays its responses', async () => {
  const received: string[] = []
  const simulatorUrl = await startServer(async (incoming, response) => {
    let body = ''
    for await (const chunk of incoming) body += chunk
    received.push(`${incoming.method} ${incoming.url} ${incoming.headers.origin ?? 'no origin'} ${body}`)
    if (incoming.method === 'PUT') response.writeHead(204).end()
    else response.writeHead(409, { 'content-type': 'application/json' }).end('{"error":"no"}')
  })
  const { url } = await start({ simulatorUrl })
  const headers = { 'content-type': 'application/json', origin: url }
  const login = await fetch(`${url}/__simulator/login`, { method: 'POST', headers, body: '{"a":1}' })
  expect({ status: login.status, body: await login.json() }).toEqual({ status: 409, body: { error: 'no' } })
  const phone = await fetch(`${url}/__simulator/phone`, { method: 'PUT', headers, body: '{}' })
  expect(phone.status).toBe(204)
  expect(received).toEqual([
    'POST /__simulator/login no origin {"a":1}',
    'PUT /__simulator/phone no origin {}',
  ])
})

test('startPreview responds 502 when no simulator responds at simulatorUrl', async () => {
  const { url } = await start({ simulatorUrl: 'http://127.0.0.1:9' })
  const response = await fetch(`${url}/__simulator/people`)
  expect({ status: response.status, body: await response.json() }).toEqual({
    status: 502,
    body: { error: 'no WeChat simulator responds at http://127.0.0.1:9' },
  })
})

test('startPreview rejects when its port is taken', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  await expect(startPreview({ dist: '/nowhere', port })).rejects.toThrow('EADDRINUSE')
})

describe('the command', () => {
  const run = (...args: string[]) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...args], {
      cwd: new URL('..', import.meta.url),
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const output = new Promise<string>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) stream.once('data', (data) => resolve(String(data)))
    })
    const exitCode = new Promise<number | null>((resolve) => child.once('exit', resolve))
    return { child, output, exitCode }
  }

  test('serves the bundle that it is given until SIGINT', async () => {
    const { child, output, exitCode } = run(await writePlainBundle(), '--port', '0')
    const [, url = ''] = /^Preview on (\S+)\n$/.exec(await output) ?? []
    expect(await (await fetch(`${url}/phone`)).text()).toContain('data-state="ready"')
    child.kill('SIGINT')
    expect(await exitCode).toBe(0)
  })

  test('prints its usage when the folder is missing', async () => {
    const { output, exitCode } = run()
    expect(await output).toMatch(/^Usage: start <dist>/)
    expect(await exitCode).toBe(1)
  })
})
