import { spawnSync } from 'node:child_process'

export interface Process {
  pid: number
  parent: number
  /** The process that began the session, as far as the system tells: Linux does, macOS answers 0. */
  session: number
  command: string
}

/**
 * The processes that this one started, those that they started, and so on, as far as they have not ended. Where it leads a
 * session, also those whose parent has ended before them: they stay in its session.
 */
export function descendantsOf(ancestor: number): Process[] {
  const all = listProcesses().filter(({ pid }) => pid !== ancestor)
  const family = new Set(all.filter(({ session }) => session === ancestor))
  const parents = [ancestor, ...[...family].map(({ pid }) => pid)]
  // The list grows while it is walked.
  for (const parent of parents) {
    const children = all.filter((process) => process.parent === parent && !family.has(process))
    for (const child of children) family.add(child)
    parents.push(...children.map(({ pid }) => pid))
  }
  return [...family]
}

/** Those of the processes that have not ended. */
export function stillRunning(pids: number[]): number[] {
  const running = new Set(listProcesses().map(({ pid }) => pid))
  return pids.filter((pid) => running.has(pid))
}

/** Whether the process exists; one that has ended and that its parent has not asked about counts too. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process: it runs.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Sends a signal to a process, or to a group (negative); one that has ended is fine. */
export function endProcess(pid: number, signal: 'SIGINT' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** All of the machine, without those that have ended and that their parent has not asked about yet. */
function listProcesses(): Process[] {
  return ps('-A', '-o', 'pid=,ppid=,sess=,stat=,args=').flatMap((row) => {
    const [, pid, parent, session, state, command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s*(.*)$/.exec(row) ?? []
    if (!pid || state?.startsWith('Z')) return []
    return [{ pid: Number(pid), parent: Number(parent), session: Number(session) || 0, command }]
  })
}

/** The parent and the command of one process; no parent and no command where it has ended. */
export function lookUpProcess(pid: number): { parent: number; command: string } {
  const [row = ''] = ps('-o', 'ppid=,args=', '-p', String(pid))
  const [, parent, command] = /^\s*(\d+)\s+(.*)/.exec(row) ?? []
  return { parent: Number(parent ?? 0), command: command ?? '' }
}

/** The rows that `ps` prints. It runs in a session of its own: the Ctrl-C that ends our process group would kill it, too. */
function ps(...args: string[]): string[] {
  const { stdout } = spawnSync('ps', args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    // Node passes it on, though its types do not know it for the synchronous call.
    ...{ detached: true },
  })
  return (stdout ?? '').split('\n')
}
