import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@repo/tooling/free-port'
import pg from 'pg'
import { findProgram } from './find-program.ts'

const program = findProgram('pgbouncer')

/** Whether this machine has PgBouncer. */
export const hasPgbouncer = program !== null

/** PgBouncer before the server of `url`, with the settings that docs/deploy.md names, or others. */
export async function startPgbouncer(url: string, settings: Record<string, string | number>) {
  if (program === null) throw new Error('there is no pgbouncer')
  const server = new URL(url)
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'pgbouncer-'))
  const config = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    auth_type: 'trust',
    auth_file: join(folder, 'users'),
    ...settings,
  }
  const lines = Object.entries(config).map(([name, value]) => `${name} = ${value}`)
  writeFileSync(config.auth_file, `"${server.username}" "${server.password}"\n`)
  const file = join(folder, 'pgbouncer.ini')
  writeFileSync(
    file,
    `[databases]\n* = host=${server.hostname} port=${server.port}\n[pgbouncer]\n${lines.join('\n')}\n`,
  )
  const account = unprivilegedAccount()
  if (account) for (const path of [folder, config.auth_file, file]) chownSync(path, account.uid, account.gid)
  const child = spawn(program, [file], { ...account, stdio: ['ignore', 'ignore', 'pipe'] })
  let output = ''
  child.stderr.on('data', (chunk) => {
    output = (output + chunk).slice(-4000)
  })
  const ended = once(child, 'exit')
  server.port = String(port)
  server.hostname = '127.0.0.1'
  for (let attempt = 0; !(await listens(server.href)); attempt += 1) {
    if (attempt === 200 || child.exitCode !== null) throw new Error(`PgBouncer did not start:\n${output}`)
    await sleep(50)
  }
  return {
    url: server.href,
    async stop() {
      child.kill('SIGINT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function listens(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  try {
    await client.connect()
    return true
  } catch (error) {
    return !['ECONNREFUSED', 'ECONNRESET'].includes(String((error as NodeJS.ErrnoException).code))
  } finally {
    await client.end().catch(() => {})
  }
}

/** PgBouncer refuses to run as root. */
function unprivilegedAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}
