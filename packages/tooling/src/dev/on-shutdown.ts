import { exists, lookUpProcess } from './processes.ts'

const lookEveryMs = 1_000

/**
 * Resolves at the first Ctrl-C, SIGTERM or SIGHUP, or when the parent process has ended: npx ends at a SIGTERM without
 * telling its children. Later signals are ignored, so that a second Ctrl-C does not interrupt the clean-up.
 */
export function onShutdown(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
    const launchers = findLaunchers()
    setInterval(() => {
      if (!launchers.every(exists)) resolve()
    }, lookEveryMs).unref()
  })
}

/** The parent process and its ancestors that belong to the same command: pnpm, npx and their shells. */
function findLaunchers(): number[] {
  const launchers: number[] = []
  let pid = process.ppid
  while (pid > 1) {
    const { parent, command } = lookUpProcess(pid)
    const isPartOfCommand = /\b(pnpm|npx|npm|corepack)\b|^(\/bin\/)?sh -c /.test(command)
    if (launchers.length > 0 && !isPartOfCommand) break
    launchers.push(pid)
    pid = parent
  }
  return launchers
}
