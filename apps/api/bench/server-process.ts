import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A process of the benchmark, spoken to over IPC, so that asking costs no request. */
export type Program = {
  url: string
  /** What the process has used so far, in user and kernel mode, with all of its threads. */
  cpuMicroseconds(): Promise<number>
  stop(): Promise<void>
}

/** Starts a server of the benchmark; resolves when it listens. */
export async function startProgram(file: string, settings: object): Promise<Program> {
  const child = forkProgram(file, settings)
  const { url } = (await nextMessage(child)) as { url: string }
  return {
    url,
    async cpuMicroseconds() {
      child.send('cpu')
      return (await nextMessage(child)) as number
    },
    stop: () => stopProgram(child),
  }
}

/** Standard output, where a server logs, goes to the null device: writing is paid for, and nobody reads. */
export function forkProgram(file: string, settings: object): ChildProcess {
  return fork(file, [JSON.stringify(settings)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { NODE_ENV: 'production' },
    execArgv: process.execArgv.filter((argument) => argument.startsWith('--cpu-prof')),
  })
}

/** @throws Error when the process ends instead. */
export async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController()
  const onExit = (code: number | null) =>
    ended.abort(new Error(`a process of the benchmark ended with code ${code}: ${child.spawnargs[1]}`))
  child.once('exit', onExit)
  try {
    const [message] = await once(child, 'message', { signal: ended.signal })
    return message
  } catch {
    throw ended.signal.reason
  } finally {
    child.off('exit', onExit)
  }
}

export async function stopProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.disconnect()
  await exit
}
