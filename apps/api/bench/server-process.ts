import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Plan } from '../test/support/plans.ts'

/** A server of the benchmark in a process of its own. Its CPU time is read over IPC, which costs no request. */
export type ServerProcess = {
  url: string
  /** CPU time since the start, user and system, of all threads. */
  cpuMicroseconds(): Promise<number>
  /** Of the statements so far, with the setting `explain`. */
  plans(): Promise<Plan[]>
  stop(): Promise<void>
}

/** @returns when the server listens. */
export async function startServerProcess(file: string, settings: object): Promise<ServerProcess> {
  const child = fork(file, [JSON.stringify(settings)], {
    // The API logs to standard output: writing is paid for, reading is not.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { NODE_ENV: 'production' },
    execArgv: process.execArgv.filter((argument) => argument.startsWith('--cpu-prof')),
  })
  const { url } = (await nextMessage(child)) as { url: string }
  return {
    url,
    async cpuMicroseconds() {
      child.send('cpu')
      return (await nextMessage(child)) as number
    },
    async plans() {
      child.send('plans')
      return (await nextMessage(child)) as Plan[]
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    },
  }
}

/** @throws Error when the process ends instead. */
async function nextMessage(child: ChildProcess): Promise<unknown> {
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
