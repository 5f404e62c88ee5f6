import { execFileSync } from 'node:child_process'

export interface Process {
  pid: number
  parent: number
  command: string
}

/** The processes that this one started, and those that they started, and so on, as far as they have not ended. */
export function descendantsOf(ancestor: number): Process[] {
  const all = listProcesses()
  const family: Process[] = []
  const parents = [ancestor]
  // The list grows while it is walked.
  for (const parent of parents) {
    const children = all.filter((process) => process.parent === parent)
    family.push(...children)
    parents.push(...children.map(({ pid }) => pid))
  }
  return family
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
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  return table.split('\n').flatMap((row) => {
    const [, pid, parent, state, command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s*(.*)$/.exec(row) ?? []
    return pid && !state?.startsWith('Z') ? [{ pid: Number(pid), parent: Number(parent), command }] : []
  })
}
