// Keeps one PostgreSQL server for as long as stdin is open: whoever started it may be killed, and leaves nothing behind.
// The first line on stdin is the plan, as JSON: command lines can be read by every user of the machine. A line `restart`
// restarts the server. Plain JavaScript, so that it starts in an instant.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const folder = mkdtempSync(join(tmpdir(), 'test-postgres-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** @type {'serve' | 'restart' | 'stop'} */
let wish = 'serve'
/** @type {import('node:child_process').ChildProcess | undefined} */
let server

const lines = createInterface({ input: process.stdin })
lines.once('line', (line) => {
  /** @type {import('./local-server.ts').ServerPlan} */
  const plan = JSON.parse(line)
  const account = unprivilegedAccount()
  initialize(plan, account)
  serve(plan, account)
  lines.on('line', () => {
    wish = 'restart'
    // With a checkpoint, as an administrator would.
    server?.kill('SIGINT')
  })
})
lines.on('close', () => {
  wish = 'stop'
  // At once: its data is about to be deleted.
  if (server) server.kill('SIGQUIT')
  else process.exit()
})

/** @typedef {{ uid: number, gid: number } | undefined} Account */

/**
 * @param {import('./local-server.ts').ServerPlan} plan
 * @param {Account} account
 */
function initialize(plan, account) {
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, plan.password)
  if (account) for (const path of [folder, passwordFile]) chownSync(path, account.uid, account.gid)
  const options = ['--no-sync', '--encoding=UTF8', '--locale=C', '--username=postgres', '--auth=password']
  const { status } = spawnSync(
    join(plan.programs, 'initdb'),
    [`--pgdata=${join(folder, 'data')}`, `--pwfile=${passwordFile}`, ...options],
    { ...account, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  if (status !== 0) process.exit(1)
}

/**
 * @param {import('./local-server.ts').ServerPlan} plan
 * @param {Account} account
 */
function serve(plan, account) {
  const durability = plan.durable ? 'on' : 'off'
  const settings = {
    port: plan.port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    fsync: durability,
    synchronous_commit: durability,
    full_page_writes: durability,
  }
  const parameters = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  server = spawn(join(plan.programs, 'postgres'), ['-D', join(folder, 'data'), ...parameters], {
    ...account,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  server.on('exit', (code) => {
    if (wish !== 'restart') process.exit(wish === 'stop' ? 0 : (code ?? 1))
    wish = 'serve'
    serve(plan, account)
  })
}

/**
 * PostgreSQL refuses to run as root.
 * @returns {Account}
 */
function unprivilegedAccount() {
  if (process.getuid?.() !== 0) return undefined
  const id = (/** @type {string} */ flag, /** @type {string} */ name) =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: id('-u', name), gid: id('-g', name) }
    } catch {
      // No such account: the next one.
    }
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no account "postgres" or "nobody" to run it as',
  )
}
