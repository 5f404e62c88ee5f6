import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { canListen } from '../free-port.ts'

const run = promisify(execFile)

/** Whether a program on this machine already listens on the port, or this process may not listen on it. */
export async function isTaken(port: number): Promise<boolean> {
  // macOS allows listening beside a server that listens on all addresses, so try to connect as well.
  return (await accepts(port)) || !(await canListen(port))
}

/** "node (process 1234)", or undefined if neither lsof nor ss tells. */
export async function holderOf(port: number): Promise<string | undefined> {
  const options = { timeout: 2_000 }
  try {
    const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], options)
    const [, pid, name] = /^p(\d+)\n(?:.*\n)*?c(.+)$/m.exec(stdout) ?? []
    if (pid) return `${name} (process ${pid})`
  } catch {
    // No lsof, as on many Linux systems.
  }
  try {
    const { stdout } = await run('ss', ['-Hltnp', `sport = :${port}`], options)
    const [, name, pid] = /\("(.+?)",pid=(\d+)/.exec(stdout) ?? []
    if (pid) return `${name} (process ${pid})`
  } catch {
    // Neither.
  }
  return undefined
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1_000 })
    const settle = (accepted: boolean) => {
      socket.destroy()
      resolve(accepted)
    }
    socket.once('connect', () => settle(true))
    socket.once('error', () => settle(false))
    socket.once('timeout', () => settle(false))
  })
}
