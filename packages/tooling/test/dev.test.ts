import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { descendantsOf, endProcess, stillRunning } from '../src/dev/processes.ts'
import { freePort } from '../src/free-port.ts'
import { listen, standInWorkspace } from './support/stand-in-workspace.ts'

describe('pnpm dev', () => {
  it('prints the addresses once everything responds, without the output of the start', async () => {
    const { dev, ports } = await workspace()
    const command = dev()
    await command.untilReady()
    expect(command.output).toContain(`Open http://127.0.0.1:${ports.simulator}`)
    expect(command.output).toContain(`http://127.0.0.1:${ports.api}/docs`)
    expect(command.output).not.toMatch(/Packages in scope|cache (miss|bypass)|node program\.js|turbo/i)
    command.signal('SIGINT')
    expect(await command.exitCode).toBe(0)
  })

  it.each([['SIGINT'], ['SIGTERM'], ['SIGHUP']] as const)(
    'leaves no process after %s, and did what it was asked to',
    async (signal) => {
      const { dev } = await workspace()
      const command = dev()
      await command.untilReady()
      const family = descendantsOf(command.pid).map(({ pid }) => pid)
      expect(family.length).toBeGreaterThan(3)
      command.signal(signal)
      expect(await command.exitCode).toBe(0)
      expect(stillRunning(family)).toEqual([])
    },
  )

  it('leaves no process when the developer types Ctrl-C twice', async () => {
    const { dev } = await workspace()
    const command = dev()
    await command.untilReady()
    const family = descendantsOf(command.pid).map(({ pid }) => pid)
    command.signal('SIGINT')
    await command.untilItSays('Stopping')
    command.signal('SIGINT')
    expect(await command.exitCode).toBe(0)
    expect(stillRunning(family)).toEqual([])
  })

  it('leaves no process when it is interrupted at 8 moments of its start', async () => {
    const { dev } = await workspace()
    const command = dev()
    const startMs = await command.untilReady()
    command.signal('SIGINT')
    await command.exitCode
    // A random one of each eighth of the start, so that many runs try every moment.
    const moments = Array.from({ length: 8 }, (_, index) => (startMs * (index + Math.random())) / 8)
    const sideBySide = [0, 1, 2, 3].map((first) => moments.filter((_, index) => index % 4 === first))
    await Promise.all(sideBySide.map(interruptAt))
  }, 600_000)

  it('ends when its parent process ends', async () => {
    const { dev } = await workspace()
    const command = dev({ throughShell: true })
    await command.untilReady()
    const family = descendantsOf(command.pid).map(({ pid }) => pid)
    onTestFinished(() => family.forEach((pid) => void endProcess(pid, 'SIGKILL')))
    command.signal('SIGKILL')
    await vi.waitFor(() => expect(stillRunning(family)).toEqual([]), { timeout: 30_000, interval: 200 })
  })

  it('stops everything and names the task when one task ends', async () => {
    const { dev } = await workspace({ miniapp: 'setTimeout(() => process.exit(3), 1_000)' })
    const command = dev()
    expect(await command.exitCode).toBe(1)
    expect(command.output).toContain('miniapp: its script "dev" ended with exit code 3')
  })

  it('stops with the reason when a server fails at its start but its watcher keeps running', async () => {
    const { dev } = await workspace({
      api: `console.error('WECHAT_APPS must be JSON'); process.exitCode = 1`,
    })
    const command = dev()
    expect(await command.exitCode).toBe(1)
    expect(command.output).toMatch(/WECHAT_APPS must be JSON[\s\S]*Not started: the API\b/)
  })

  it('waits when a watcher takes seconds to start its server, as on a busy machine', async () => {
    const { dev, write } = await workspace()
    await write('apps/api/slow.js', 'await new Promise((resolve) => setTimeout(resolve, 4_000))')
    const watcher = 'node --import ./slow.js ../../node_modules/tsx/dist/cli.mjs watch program.js'
    const scripts = { dev: watcher, generate: 'node --version' }
    await write('apps/api/package.json', JSON.stringify({ name: '@repo/api', type: 'module', scripts }))
    const command = dev()
    await command.untilReady()
    command.signal('SIGINT')
    expect(await command.exitCode).toBe(0)
  })

  it('keeps running when a started server fails, as after an edit with a mistake', async () => {
    const { dev, write } = await workspace()
    const command = dev()
    await command.untilReady()
    await write('apps/api/program.js', `console.error('edited too early')`)
    await command.untilItSays('edited too early')
    await write('apps/api/program.js', `console.log('better')\nsetInterval(() => {}, 1_000)`)
    await command.untilItSays('better')
    command.signal('SIGINT')
    expect(await command.exitCode).toBe(0)
  })

  it("prefers the shell's variables to .env, and those of .env to .env.development", async () => {
    const { dev, write, ports } = await workspace()
    await write('.env.development', 'LOG_LEVEL=error\nDATA_KEYS=development\nHOST=development\n')
    await write('.env', 'DATA_KEYS="of several\nlines"\nexport HOST=personal\n')
    const command = dev({ variables: { HOST: 'shell' } })
    await command.untilReady()
    const response = await fetch(`http://127.0.0.1:${ports.api}/`)
    expect(await response.json()).toMatchObject({
      LOG_LEVEL: 'error',
      DATA_KEYS: 'of several\nlines',
      HOST: 'shell',
      PUBLIC_URL: `http://127.0.0.1:${ports.api}`,
      WECHAT_API_URL: `http://127.0.0.1:${ports.simulator}`,
    })
    command.signal('SIGINT')
    await command.exitCode
  })

  it('does not advise to log in with the preview when the API calls the real WeChat', async () => {
    const { dev, ports } = await workspace()
    const command = dev({
      variables: {
        WECHAT_API_URL: 'https://api.weixin.qq.com',
        WECHAT_APPS: '[{"appId":"touristappid","secret":"0"}]',
      },
    })
    await command.untilReady()
    expect(command.output).not.toContain(`Open http://127.0.0.1:${ports.simulator}`)
    expect(command.output).toContain('Log in from WeChat DevTools')
    expect(command.output).toContain('WECHAT_APPS still names touristappid')
    command.signal('SIGINT')
    await command.exitCode
  })

  it('hides the password of the database', async () => {
    const { dev } = await workspace()
    const command = dev({ variables: { DATABASE_URL: 'postgresql://me:secret-word@db.example/shop' } })
    await command.untilReady()
    expect(command.output).toContain('PostgreSQL on db.example, shop')
    expect(command.output).not.toContain('secret-word')
    command.signal('SIGINT')
    await command.exitCode
  })
})

describe('before it starts, pnpm dev', () => {
  it('names all issues at once, each with what to change', async () => {
    const { dev, write, ports } = await workspace()
    await write('.env', `WECHAT_APPS\n# a comment\nDATA_KEYS='secret-word\n`)
    for (const port of [ports.api, ports.simulator]) {
      const server = await listen(port)
      onTestFinished(() => void server.close())
    }
    const command = dev()
    expect(await command.exitCode).toBe(1)
    const lines = command.output.trim().split('\n')
    expect(lines).toEqual([
      expect.stringMatching(/^\.env, line 1: .*NAME=value/),
      expect.stringMatching(/^\.env, line 3: /),
      expect.stringMatching(new RegExp(`^Port ${ports.api} is taken.*set PORT in \\.env`)),
      expect.stringMatching(
        new RegExp(`^Port ${ports.simulator} is taken.*set WECHAT_SIMULATOR_PORT in \\.env`),
      ),
    ])
    expect(command.output).not.toContain('secret-word')
  })

  it('rejects a second dev in the same clone', async () => {
    const { dev } = await workspace()
    const first = dev()
    await first.untilReady()
    const second = dev({ variables: await otherPorts() })
    expect(await second.exitCode).toBe(1)
    expect(second.output).toBe(
      `apps/miniapp/dist is being built by process ${first.pid}, such as a running dev: stop it, or build beside it with MINIAPP_OUTPUT=dist-release. If that process is unrelated, delete ${first.folder}/apps/miniapp/dist.lock\n`,
    )
    first.signal('SIGINT')
    expect(await first.exitCode).toBe(0)
  })

  it('takes over the lock of a killed dev', async () => {
    const { dev, write } = await workspace()
    const { pid } = spawnSync(process.execPath, ['--version'])
    await write('apps/miniapp/dist.lock', String(pid))
    const command = dev()
    await command.untilReady()
    command.signal('SIGINT')
    expect(await command.exitCode).toBe(0)
  })

  it.each([['eighty'], ['0'], ['65536']])('rejects the port "%s"', async (port) => {
    const { dev } = await workspace()
    const command = dev({ variables: { PORT: port } })
    expect(await command.exitCode).toBe(1)
    expect(command.output).toBe(`PORT is "${port}": set it to a port from 1 to 65535\n`)
  })

  it('rejects one port for two servers', async () => {
    const { dev, ports } = await workspace()
    const command = dev({ variables: { WECHAT_SIMULATOR_PORT: String(ports.api) } })
    expect(await command.exitCode).toBe(1)
    expect(command.output).toContain(`PORT and WECHAT_SIMULATOR_PORT are both ${ports.api}`)
  })

  it.each([['18.20.4'], ['20.18.3'], ['21.7.3'], ['22.11.0'], ['23.1.0']])(
    'rejects Node %s in one line',
    async (version) => {
      const { dev } = await workspace()
      const command = dev({ nodeOptions: ['--import', pretendToBe(version)] })
      expect(await command.exitCode).toBe(1)
      expect(command.output).toMatch(
        new RegExp(`^Node ${version} cannot run this: install Node 20\\.19.*\\n$`),
      )
    },
  )

  it.each([['20.19.0'], ['22.12.0'], ['24.0.0'], ['25.3.1']])('accepts Node %s', async (version) => {
    const { dev } = await workspace()
    const command = dev({ nodeOptions: ['--import', pretendToBe(version)], variables: { PORT: '0' } })
    await command.exitCode
    expect(command.output).toMatch(/^PORT is "0"/)
  })
})

function pretendToBe(version: string): string {
  const versions = `{ value: { ...process.versions, node: '${version}' } }`
  return `data:text/javascript,Object.defineProperty(process, 'versions', ${versions})`
}

/** Every other time to the process alone, as `kill` does, else to its group, as a terminal does. */
async function interruptAt(momentsMs: number[]): Promise<void> {
  const { dev } = await workspace()
  for (const [index, momentMs] of momentsMs.entries()) {
    const isToGroup = index % 2 === 1
    const command = dev({ ownGroup: true })
    await sleep(momentMs)
    command.signal('SIGINT', { isToGroup })
    await command.exitCode
    const moment = `${Math.round(momentMs)} ms after the start${isToGroup ? ', to the group' : ''}`
    expect(command.leftovers(), moment).toEqual([])
  }
}

const otherPorts = async () => ({
  PORT: String(await freePort()),
  WECHAT_SIMULATOR_PORT: String(await freePort()),
})

async function workspace(parts?: Parameters<typeof standInWorkspace>[0]) {
  const created = await standInWorkspace(parts)
  onTestFinished(() => created.remove())
  return created
}
