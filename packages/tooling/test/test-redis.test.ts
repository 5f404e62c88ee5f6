import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startTestRedis, type TestRedis } from '../src/test-redis.ts'
import { onRedis } from '../src/test-servers/local-redis.ts'

const { PATH, CI } = process.env
const environment = { PATH, CI }
const found = await startTestRedis({ environment })

describe.skipIf(found === null)('a Redis for tests', () => {
  const server = found as TestRedis
  const power = server?.power as NonNullable<TestRedis['power']>
  const ping = (url: string) => onRedis(url, (redis) => redis.ping())
  beforeEach(() => server.empty())
  afterAll(() => server.stop())

  it('keeps the data until the tests empty it', async () => {
    const size = () => onRedis(server.url, (redis) => redis.dbsize())
    await onRedis(server.url, (redis) => redis.set('mark', '1'))
    expect(await size()).toBe(1)
    await server.empty()
    expect(await size()).toBe(0)
  })

  it('rejects a login without the password', async () => {
    const url = new URL(server.url)
    url.password = 'guessed'
    await expect(ping(url.href)).rejects.toThrow()
  })

  it('starts again at the same address after it was killed', async () => {
    await power.kill()
    await expect(ping(server.url)).rejects.toThrow()
    await power.start()
    expect(await ping(server.url)).toBe('PONG')
  })

  it('keeps its port when it is killed and started again many times', async () => {
    for (let times = 0; times < 20; times += 1) {
      await power.kill()
      await power.start()
    }
    await power.kill()
    await expect(ping(server.url)).rejects.toThrow()
    await power.start()
  })

  it('stops responding when paused, and responds again when resumed', async () => {
    await onRedis(server.url, async (redis) => {
      power.pause()
      const responses: Promise<string>[] = []
      // The signal travels through the keeper, however long that takes.
      await vi.waitFor(
        async () => {
          const response = redis.ping()
          responses.push(response)
          const silence = new Promise((resolve) => setTimeout(resolve, 300, 'silence'))
          expect(await Promise.race([response, silence])).toBe('silence')
        },
        { timeout: 30_000 },
      )
      power.resume()
      expect(await responses.at(-1)).toBe('PONG')
    })
  })

  it('leaves no server when the tests are killed, even if it is paused', async () => {
    const module = fileURLToPath(new URL('../src/test-redis.ts', import.meta.url))
    const script = `
      const { startTestRedis } = await import(${JSON.stringify(module)})
      const server = await startTestRedis()
      server.power.pause()
      console.log(server.url)
      setInterval(() => {}, 1_000)`
    const tests = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script],
      { stdio: ['ignore', 'pipe', 'inherit'], env: environment },
    )
    const [output] = await once(tests.stdout, 'data')
    tests.kill('SIGKILL')
    await vi.waitFor(() => expect(ping(String(output).trim())).rejects.toThrow(/closed|ECONNREFUSED/), {
      timeout: 30_000,
    })
  })

  it('uses the server of TEST_REDIS_URL, empties it, and leaves it running', async () => {
    await onRedis(server.url, (redis) => redis.set('mark', '1'))
    const named = (await startTestRedis({ environment: { TEST_REDIS_URL: server.url } })) as TestRedis
    expect(named.url).toBe(server.url)
    expect(named.power).toBeUndefined()
    expect(await onRedis(server.url, (redis) => redis.dbsize())).toBe(0)
    await named.stop()
    expect(await ping(server.url)).toBe('PONG')
  })

  it('never touches the server of REDIS_URL', async () => {
    await onRedis(server.url, (redis) => redis.set('mark', '1'))
    const other = (await startTestRedis({
      environment: { ...environment, REDIS_URL: server.url },
    })) as TestRedis
    onTestFinished(() => other.stop())
    expect(other.url).not.toBe(server.url)
    expect(await onRedis(server.url, (redis) => redis.dbsize())).toBe(1)
  })
})

describe('on a machine without Redis', () => {
  it('prints one line and returns null', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => warn.mockRestore())
    expect(await startTestRedis({ environment: {}, folders: [] })).toBeNull()
    expect(warn).toHaveBeenCalledOnce()
    expect(warn.mock.calls[0]?.[0]).toContain('TEST_REDIS_URL')
  })

  it('throws in CI, where no test may be skipped', async () => {
    await expect(startTestRedis({ environment: { CI: 'true' }, folders: [] })).rejects.toThrow(
      'TEST_REDIS_URL',
    )
  })
})
