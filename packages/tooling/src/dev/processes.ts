import { execFileSync } from 'node:child_process'

/** The processes that this one started, and those that they started, and so on. */
export function descendantsOf(ancestor: number): number[] {
  const table = rows('pid=,ppid=').map((row) => row.map(Number))
  const family = [ancestor]
  // The list grows while it is walked.
  for (const parent of family) {
    family.push(...table.filter(([, ppid]) => ppid === parent).map(([pid]) => pid ?? 0))
  }
  return family.slice(1)
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

/** Those of the processes that have not ended. */
export function stillRunning(pids: number[]): number[] {
  const ended = rows('pid=,stat=').filter(([, state]) => state?.startsWith('Z'))
  const endedPids = new Set(ended.map(([pid]) => Number(pid)))
  return pids.filter((pid) => exists(pid) && !endedPids.has(pid))
}

/** Sends a signal to a process, or to a group (negative); one that has ended is fine. */
export function endProcess(pid: number, signal: 'SIGINT' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function rows(columns: string): string[][] {
  const table = execFileSync('ps', ['-A', '-o', columns], { encoding: 'utf8' })
  return table
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/))
}
