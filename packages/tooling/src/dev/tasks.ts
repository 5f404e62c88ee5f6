import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { descendantsOf, endProcess, stillRunning } from './processes.ts'

const stopTimeoutMs = 10_000
/** Even a killed process takes a moment to end. */
const killTimeoutMs = 5_000

/** A line of a task's output, or of turbo's. */
export interface TaskLine {
  /** `@repo/api#dev`, …, or `turbo`. */
  source: string
  text: string
  /** Only turbo's own errors; a task's errors are not marked. */
  isError: boolean
}

/** Why everything must stop. */
export interface Failure {
  reason: string
  /** The task that ended, such as `@repo/api#dev`; empty if unknown. */
  task?: string
}

/** The `dev` tasks of all packages, under turbo. */
export interface Tasks {
  /** Turbo's process, the ancestor of all tasks. */
  pid: number
  /** Resolves when a task ends, which is an error. */
  failure: Promise<Failure>
  /** Ends all tasks; kills them after ten seconds. */
  stop(): Promise<void>
}

/** Starts the tasks in their own process group, so that turbo gets one signal from here and none from the terminal. */
export function startTasks(
  folder: string,
  variables: Record<string, string | undefined>,
  onLine: (line: TaskLine) => void,
): Tasks {
  const turbo = createRequire(`${folder}/package.json`).resolve('turbo/bin/turbo')
  const child = spawn(process.execPath, [turbo, 'run', 'dev', '--json'], {
    cwd: folder,
    detached: true,
    env: { ...variables, ...quiet(variables) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const failed = { task: '', exitCode: '' }
  const take = (line: TaskLine) => {
    failed.task = /^Failed:\s+(\S+)/.exec(line.text)?.[1] ?? failed.task
    failed.exitCode = /^command .+ exited \((\d+)\)/.exec(line.text)?.[1] ?? failed.exitCode
    onLine(line)
  }
  createInterface({ input: child.stdout }).on('line', (line) => take(parse(line)))
  createInterface({ input: child.stderr }).on('line', (text) =>
    take({ source: 'turbo', text, isError: true }),
  )
  const closed = once(child, 'close')
  return {
    pid: child.pid ?? 0,
    failure: closed.then(() => ({ reason: describe(failed), task: failed.task })),
    stop: () => stop(child, closed),
  }
}

/** Turns off telemetry, advertisements, and Node's warnings about Taro's dependencies. */
function quiet(variables: Record<string, string | undefined>) {
  const options = ['--disable-warning=DEP0040', '--disable-warning=ExperimentalWarning']
  return {
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    DO_NOT_TRACK: '1',
    NODE_OPTIONS: [variables.NODE_OPTIONS, ...options].filter(Boolean).join(' '),
  }
}

function parse(line: string): TaskLine {
  try {
    const { source, text, level } = JSON.parse(line)
    return { source: String(source), text: String(text), isError: level === 'error' }
  } catch {
    return { source: 'turbo', text: line, isError: true }
  }
}

function describe({ task, exitCode }: { task: string; exitCode: string }): string {
  const [name, script] = task.replace('@repo/', '').split('#')
  if (!name) return 'turbo ended, see the reason above.'
  return `${name}: its script "${script}" ended${exitCode ? ` with exit code ${exitCode}` : ''}; everything else is stopped.`
}

async function stop(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  const { pid: turbo } = child
  if (turbo === undefined) return
  const deadline = Date.now() + stopTimeoutMs
  const told = new Set([turbo, ...descendantsOf(turbo).map(({ pid }) => pid)])
  const remaining = () => [
    ...new Set([...stillRunning([...told]), ...descendantsOf(turbo).map(({ pid }) => pid)]),
  ]
  // To the group, since turbo is a wrapper and a program. Its tasks have their own groups.
  endProcess(-turbo, 'SIGINT')
  await Promise.race([closed, sleep(stopTimeoutMs, undefined, { ref: false })])
  // Tasks that turbo was just starting did not get the signal.
  for (const pid of remaining()) if (!told.has(pid)) endProcess(pid, 'SIGINT')
  while (remaining().length > 0 && Date.now() < deadline) await sleep(100)
  for (const pid of remaining()) endProcess(pid, 'SIGKILL')
  const gone = Date.now() + killTimeoutMs
  while (remaining().length > 0 && Date.now() < gone) await sleep(100)
}
