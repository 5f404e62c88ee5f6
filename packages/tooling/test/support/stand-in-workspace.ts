import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { vi } from 'vitest'
import { freePort } from '../../src/free-port.ts'
import { repository } from './project-copy.ts'

const api = `
  import { createServer } from 'node:http'
  createServer((request, response) => response.end(JSON.stringify(process.env))).listen(Number(process.env.PORT), '127.0.0.1')
  console.log('[10:00:00] INFO: listening')`

const simulator = `
  import { createServer } from 'node:http'
  createServer((request, response) => response.end()).listen(Number(process.env.WECHAT_SIMULATOR_PORT), '127.0.0.1')`

const miniapp = `
  import { mkdirSync, writeFileSync } from 'node:fs'
  mkdirSync('dist', { recursive: true })
  writeFileSync('dist/app.json', '{}')
  console.log('mini program: built in 0.1 s')
  setInterval(() => {}, 1_000)`

interface DevOptions {
  variables?: Record<string, string>
  nodeOptions?: string[]
  throughShell?: boolean
  /** In its own process group, as in a terminal. */
  ownGroup?: boolean
}

/** A fake of this workspace whose three tasks start at once; `parts` replaces some of them. */
export async function standInWorkspace(parts: { api?: string; simulator?: string; miniapp?: string } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'dev-command-'))
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
  const addPackage = async (path: string, name: string, program: string, dev = 'tsx watch program.js') => {
    const scripts = { dev, generate: 'node --version' }
    await write(`${path}/package.json`, JSON.stringify({ name, type: 'module', scripts }))
    await write(`${path}/program.js`, program)
  }
  await write(
    'package.json',
    JSON.stringify({ name: 'stand-in', private: true, packageManager: 'pnpm@12.21.0' }),
  )
  await write(
    'pnpm-workspace.yaml',
    'packages: [apps/*, packages/*]\npmOnFail: ignore\nverifyDepsBeforeRun: false\n',
  )
  await addPackage('apps/api', '@repo/api', parts.api ?? api)
  await addPackage('packages/wechat-simulator', '@repo/wechat-simulator', parts.simulator ?? simulator)
  await addPackage('apps/miniapp', '@repo/miniapp', parts.miniapp ?? miniapp, 'node program.js')
  await cp(join(repository, 'turbo.json'), join(folder, 'turbo.json'))
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'))
  const ports = { api: await freePort(), simulator: await freePort() }
  return {
    folder,
    ports,
    write,
    /** Starts the development command in it; `throughShell` puts a process between it and the tests. */
    dev({
      variables = {},
      nodeOptions = [],
      throughShell = false,
      ownGroup = false,
    }: DevOptions = {}): DevCommand {
      const command = [process.execPath, ...nodeOptions, join(repository, 'packages/tooling/dev.js')]
      const [program = '', ...args] = throughShell ? ['sh', '-c', '"$@"; exit $?', 'sh', ...command] : command
      const env = {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PORT: String(ports.api),
        WECHAT_SIMULATOR_PORT: String(ports.simulator),
        ...variables,
      }
      const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
      return new DevCommand(spawn(program, args, { cwd: folder, env, stdio, detached: ownGroup }), folder)
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** A running development command, as a developer runs it in a terminal. */
export class DevCommand {
  output = ''
  readonly exitCode: Promise<number | null>
  readonly #child: ChildProcess
  readonly folder: string
  readonly #startedAt = Date.now()

  constructor(child: ChildProcess, folder: string) {
    this.#child = child
    this.folder = folder
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        this.output += chunk
      })
    }
    this.exitCode = once(child, 'close').then(([code]) => code)
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  signal(signal: NodeJS.Signals, { isToGroup = false } = {}): void {
    if (isToGroup) process.kill(-this.pid, signal)
    else this.#child.kill(signal)
  }

  /** The commands of all processes whose working folder is in the workspace. */
  leftovers(): string[] {
    return commandsIn(this.folder)
  }

  /** Resolves with the duration of the start in milliseconds. */
  async untilReady(): Promise<number> {
    await this.untilItSays('Ctrl-C')
    return Date.now() - this.#startedAt
  }

  async untilItSays(text: string): Promise<void> {
    await vi.waitFor(
      () => {
        if (!this.output.includes(text)) throw new Error(`"${text}" is not in:\n${this.output}`)
      },
      { timeout: 90_000, interval: 50 },
    )
  }
}

/** Listens on a port. */
export async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** The commands of the processes whose working folder is this one or inside of it. */
function commandsIn(folder: string): string[] {
  if (!existsSync('/proc/self/cwd')) {
    // macOS prints a line with the process, then one with its folder.
    const { stdout } = spawnSync('lsof', ['-a', '-d', 'cwd', '-Fcn'], { encoding: 'utf8' })
    return stdout.split('\np').filter((entry) => entry.includes(`\nn${folder}`))
  }
  return readdirSync('/proc').flatMap((pid) => {
    try {
      if (!readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)) return []
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    } catch {
      // The process has just ended.
      return []
    }
  })
}
