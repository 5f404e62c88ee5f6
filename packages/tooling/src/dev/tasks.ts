import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { descendantsOf, endProcess, stillRunning } from './processes.ts'

const stopTimeoutMs = 10_000
/** Also a process that is killed takes a moment to go. */
const killTimeoutMs = 5_000

/** A line that a task wrote, or turbo about the tasks. */
export interface TaskLine {
  /** `@repo/api#dev`, …, or `turbo`. */
  source: string
  text: string
  /** What turbo calls an error; a task's own errors are not told apart. */
  isError: boolean
}

/** Why everything has to stop. */
export interface Failure {
  reason: string
  /** The task that ended, `@repo/api#dev`; empty when that is not known. */
  task?: string
}

/** The `dev` tasks of all packages, under turbo. */
export interface Tasks {
  /** Turbo's process, above all of theirs. */
  pid: number
  /** Resolves when a task ends, which none of them should. */
  failure: Promise<Failure>
  /** Ends all of them; after ten seconds, by force. */
  stop(): Promise<void>
}

/** Starts them in a group of their own: Ctrl-C in the terminal is for us alone, and we tell turbo once. */
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

/** No reports to anybody, no advertisement, and none of Node's warnings about what Taro is made of. */
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
  if (!name) return 'turbo ended: its reason stands above.'
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
  // To the group: turbo is a program and a wrapper around it. Its tasks have groups of their own.
  endProcess(-turbo, 'SIGINT')
  await Promise.race([closed, sleep(stopTimeoutMs, undefined, { ref: false })])
  // What turbo was about to start when it was told to stop has not heard of it.
  for (const pid of remaining()) if (!told.has(pid)) endProcess(pid, 'SIGINT')
  while (remaining().length > 0 && Date.now() < deadline) await sleep(100)
  for (const pid of remaining()) endProcess(pid, 'SIGKILL')
  const gone = Date.now() + killTimeoutMs
  while (remaining().length > 0 && Date.now() < gone) await sleep(100)
}
