import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test, vi } from 'vitest'
import { readEnvironment } from '../src/environment.ts'
import { app, startSimulator } from './start-test-simulator.ts'

/** Starts the dev process; `listening` settles with its first line, `ended` when it is over. */
function startProcess(environment: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: new URL('..', import.meta.url),
    env: environment,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = Promise.all([text(child.stdout), text(child.stderr)])
  const exitCode = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return {
    child,
    listening: new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data)))),
    async ended() {
      const [stdout, stderr] = await output
      return { exitCode: await exitCode, stdout, stderr }
    },
  }
}

async function occupyPort(): Promise<{ server: Server; port: string }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { server, port: String((server.address() as AddressInfo).port) }
}

async function freePort(): Promise<string> {
  const { server, port } = await occupyPort()
  await new Promise((resolve) => server.close(resolve))
  return port
}

test.each([
  ['SIGINT', 'hang'],
  ['SIGTERM', 'slow:60000'],
] as const)('the process ends on %s, even while a response is pending: %s', async (signal, fault) => {
  const port = await freePort()
  const running = startProcess({ WECHAT_SIMULATOR_PORT: port, WECHAT_APPS: JSON.stringify([app]) })
  expect(await running.listening).toBe(`WeChat simulator on http://127.0.0.1:${port} for ${app.appId}\n`)

  const query = new URLSearchParams({
    appid: app.appId,
    secret: app.secret,
    js_code: `fault:${fault}`,
    grant_type: 'authorization_code',
  })
  const exchange = fetch(`http://127.0.0.1:${port}/sns/jscode2session?${query}`)
  const lost = expect(exchange).rejects.toThrow('fetch failed')
  await new Promise((resolve) => running.child.stdout.once('data', resolve))
  running.child.kill(signal)

  await lost
  expect(await running.ended()).toEqual({
    exitCode: 0,
    stderr: '',
    stdout: expect.stringMatching(
      new RegExp(`^WeChat .*\\ncode2session .*: devtools \\(fault ${fault}\\)\\n$`),
    ),
  })
})

test('the process works with DevTools without an AppID when nothing is configured', async () => {
  const port = await freePort()
  const running = startProcess({ WECHAT_SIMULATOR_PORT: port })
  expect(await running.listening).toMatch(/ for touristappid\n$/)

  const secret = '00000000000000000000000000000000'
  const query = `appid=touristappid&secret=${secret}&js_code=the+code+is+a+mock+one&grant_type=authorization_code`
  expect(await (await fetch(`http://127.0.0.1:${port}/sns/jscode2session?${query}`)).json()).toHaveProperty(
    'openid',
  )
})

test.each<[string | undefined, object, string]>([
  [undefined, {}, 'http://127.0.0.1:3000/v1/wechat/push/wx1'],
  ['https://api.example.com', {}, 'https://api.example.com/v1/wechat/push/wx1'],
  ['https://example.com/api/', {}, 'https://example.com/api/v1/wechat/push/wx1'],
  ['https://example.com', { url: 'http://127.0.0.1:5/push' }, 'http://127.0.0.1:5/push'],
])("readEnvironment with PUBLIC_URL %s and the app's %j sets the push URL", (publicUrl, more, url) => {
  const push = { token: 'AAAAA', encodingAesKey: 'a'.repeat(43) }
  vi.stubEnv('PUBLIC_URL', publicUrl)
  vi.stubEnv(
    'WECHAT_APPS',
    JSON.stringify([
      { appId: 'wx1', secret: 'shh', push: { ...push, ...more } },
      { appId: 'wx2', secret: 'shh' },
    ]),
  )
  onTestFinished(() => void vi.unstubAllEnvs())

  expect(readEnvironment().apps).toEqual([
    { appId: 'wx1', secret: 'shh', push: { ...push, url } },
    { appId: 'wx2', secret: 'shh' },
  ])
})

test('readEnvironment defaults to port 4100', () => {
  vi.stubEnv('WECHAT_SIMULATOR_PORT', undefined)
  onTestFinished(() => void vi.unstubAllEnvs())

  expect(readEnvironment().port).toBe(4100)
})

test('the process names its port in one line when it is taken', async () => {
  const { port } = await occupyPort()
  expect(await startProcess({ WECHAT_SIMULATOR_PORT: port }).ended()).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `Port ${port} is taken. Stop the process that uses it, or set WECHAT_SIMULATOR_PORT to another port.\n`,
  })
})

test.each([
  [
    { WECHAT_SIMULATOR_PORT: '70000' },
    'WECHAT_SIMULATOR_PORT must be a port from 1 to 65535, not "70000".\n',
  ],
  [{ WECHAT_SIMULATOR_PORT: '' }, 'WECHAT_SIMULATOR_PORT must be a port from 1 to 65535, not "".\n'],
  [
    { WECHAT_APPS: '[{"appId":"wx1","secret":"shh"}' },
    expect.stringMatching(/^WECHAT_APPS must be JSON .*\n$/),
  ],
  [{ WECHAT_APPS: '[]' }, expect.stringMatching(/^WECHAT_APPS must be JSON .*\n$/)],
  [{ WECHAT_APPS: '[null]' }, expect.stringMatching(/^WECHAT_APPS must be JSON .*\n$/)],
  [{ WECHAT_APPS: '[{"appId":"wx1"}]' }, expect.stringMatching(/^WECHAT_APPS must be JSON .*\n$/)],
  ...[
    {},
    null,
    { token: '' },
    { token: 5 },
    { token: 't', encodingAesKey: 'shh' },
    { token: 't', url: '/v1' },
  ].map((push): [object, unknown] => [
    { WECHAT_APPS: JSON.stringify([{ appId: 'wx1', secret: 'shh', push }]) },
    expect.stringMatching(/^WECHAT_APPS must be JSON .*\n$/),
  ]),
  [{ NODE_ENV: 'production' }, expect.stringMatching(/^The WeChat simulator .* NODE_ENV=production\.\n$/)],
])('the process rejects %j in one line without secrets', async (environment, stderr) => {
  const ended = await startProcess({ WECHAT_SIMULATOR_PORT: await freePort(), ...environment }).ended()

  expect(ended).toEqual({ exitCode: 1, stdout: '', stderr })
  expect(ended.stderr).not.toContain('shh')
})

test('the process does not start in production', async () => {
  vi.stubEnv('NODE_ENV', 'production')
  onTestFinished(() => void vi.unstubAllEnvs())

  await expect(startSimulator()).rejects.toThrow('does not run with NODE_ENV=production')
})

test('startWechatSimulator rejects when its port is taken', async () => {
  const { port } = await occupyPort()
  await expect(startSimulator({ port: Number(port) })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('startWechatSimulator listens on the loopback address alone', async () => {
  const { url } = await startSimulator()
  const { port } = new URL(url)
  expect(url).toBe(`http://127.0.0.1:${port}`)

  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? [])
  const others = addresses.filter(({ family, internal }) => family === 'IPv4' && !internal)
  for (const address of ['127.0.0.2', ...others.map((entry) => entry.address)]) {
    const reach = fetch(`http://${address}:${port}/__simulator/people`, { signal: AbortSignal.timeout(2000) })
    await expect(reach, address).rejects.toThrow()
  }
})

test('close() ends pending responses at once and frees the port', async () => {
  const simulator = await startSimulator()
  const faults = ['fault:hang', 'fault:stall', 'fault:slow:60000']
  const waiting = faults.map((code) => simulator.exchangeRaw(code).then((response) => response.text()))
  const lost = Promise.all(waiting.map((answer) => expect(answer).rejects.toThrow()))
  await simulator.login('xiaoming')
  await new Promise((resolve) => setTimeout(resolve, 50))

  const startedAt = performance.now()
  await simulator.close()
  expect(performance.now() - startedAt).toBeLessThan(5000)
  await lost
  await startSimulator({ port: Number(new URL(simulator.url).port) })
})
