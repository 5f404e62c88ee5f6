import { spawnSync } from 'node:child_process'

export interface Process {
  pid: number
  parent: number
  /** The process that leads the session on Linux; macOS reports 0. */
  session: number
  command: string
}

/**
 * The running descendants of a process. If it leads a session, this includes orphans, which stay in the session.
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

/** Filters the processes that still run. */
export function stillRunning(pids: number[]): number[] {
  const running = new Set(listProcesses().map(({ pid }) => pid))
  return pids.filter((pid) => running.has(pid))
}

/** Whether the process exists; a zombie counts too. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: the process runs under another account.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Sends a signal to a process, or to a group (negative). Ignores one that has ended. */
export function endProcess(pid: number, signal: 'SIGINT' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** All processes of the machine except zombies. */
function listProcesses(): Process[] {
  return ps('-A', '-o', 'pid=,ppid=,sess=,stat=,args=').flatMap((row) => {
    const [, pid, parent, session, state, command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s*(.*)$/.exec(row) ?? []
    if (!pid || state?.startsWith('Z')) return []
    return [{ pid: Number(pid), parent: Number(parent), session: Number(session) || 0, command }]
  })
}

/** The parent and the command of a process; neither if it has ended. */
export function lookUpProcess(pid: number): { parent: number; command: string } {
  const [row = ''] = ps('-o', 'ppid=,args=', '-p', String(pid))
  const [, parent, command] = /^\s*(\d+)\s+(.*)/.exec(row) ?? []
  return { parent: Number(parent ?? 0), command: command ?? '' }
}

/** The rows that `ps` prints. Its own session protects it from the Ctrl-C that ends this process group. */
function ps(...args: string[]): string[] {
  const { stdout } = spawnSync('ps', args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
    // Node supports it, but its types lack it for the synchronous call.
    ...{ detached: true },
  })
  return (stdout ?? '').split('\n')
}
