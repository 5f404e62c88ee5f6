// Runs one server in a temporary folder while stdin is open, so that killed tests leave nothing behind. The first line on
// stdin is the plan as JSON, since every account of the machine can read command lines. Each later line is a signal for
// the server, or `start`. Plain JavaScript, so that it starts fast.
import { spawn, spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const folder = mkdtempSync(join(tmpdir(), 'test-server-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** @type {import('node:child_process').ChildProcess | undefined} */
let server
/** Whether the tests requested an exit, and whether the server starts again after it. */
let mayExit = false
let startsAgain = false

const lines = createInterface({ input: process.stdin })
lines.once('line', (line) => {
  /** @type {import('./keeper.ts').ServerPlan} */
  const plan = JSON.parse(line)
  lines.on('close', () => {
    if (!server) process.exit()
    server.on('exit', () => process.exit())
    server.kill(plan.stopSignal)
  })
  prepare(plan)
  start(plan)
  lines.on('line', (order) => {
    if (order !== 'start') {
      if (order !== 'SIGSTOP' && order !== 'SIGCONT') mayExit = true
      server?.kill(/** @type {NodeJS.Signals} */ (order))
    } else if (server) startsAgain = true
    else start(plan)
  })
})

/** @param {import('./keeper.ts').ServerPlan} plan */
function prepare({ files, account, setup }) {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    writeFileSync(path, content)
    if (account) chownSync(path, account.uid, account.gid)
  }
  if (account) chownSync(folder, account.uid, account.gid)
  if (!setup) return
  const [program, ...parameters] = setup
  const { status } = spawnSync(program, parameters, {
    ...account,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) process.exit(1)
}

/** @param {import('./keeper.ts').ServerPlan} plan */
function start(plan) {
  mayExit = false
  startsAgain = false
  const [program, ...parameters] = plan.server
  server = spawn(program, parameters, {
    ...plan.account,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  server.on('exit', (code) => {
    server = undefined
    if (startsAgain) start(plan)
    else if (!mayExit) process.exit(code ?? 1)
  })
}
