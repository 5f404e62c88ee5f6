// Keeps one Redis for as long as stdin is open: whoever started it may be killed, and leaves nothing behind. The first
// line on stdin is the plan, as JSON; each later line is a signal for the server, or `start` once it was killed. Plain
// JavaScript, so that it starts in an instant.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const folder = mkdtempSync(join(tmpdir(), 'test-redis-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** @type {import('node:child_process').ChildProcess | undefined} */
let server
let isKilled = false

const lines = createInterface({ input: process.stdin })
lines.once('line', (line) => {
  /** @type {import('./local-redis.ts').RedisPlan} */
  const plan = JSON.parse(line)
  serve(plan)
  lines.on('line', (order) => {
    if (order === 'start') return serve(plan)
    isKilled ||= order === 'SIGKILL'
    server?.kill(/** @type {NodeJS.Signals} */ (order))
  })
})
lines.on('close', () => {
  if (!server) process.exit()
  server.on('exit', () => process.exit())
  // At once, and also when it is paused.
  server.kill('SIGKILL')
})

/** @param {import('./local-redis.ts').RedisPlan} plan */
function serve({ program, port, password }) {
  isKilled = false
  const started = spawn(program, ['-'], { cwd: folder, stdio: ['pipe', 'ignore', 'inherit'] })
  // By stdin: command lines can be read by every user of the machine.
  started.stdin.on('error', () => {})
  started.stdin.end(
    `bind 127.0.0.1\nport ${port}\nrequirepass ${password}\nsave ""\nappendonly no\nlogfile ""\n`,
  )
  started.on('exit', (code) => {
    // We may hear of the end of one that was killed only after the next has started.
    if (server !== started) return
    server = undefined
    if (!isKilled) process.exit(code ?? 1)
  })
  server = started
}
