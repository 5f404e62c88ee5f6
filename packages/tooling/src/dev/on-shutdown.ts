import { exists, lookUpProcess } from './processes.ts'

const lookEveryMs = 1_000

/**
 * Resolves at the first Ctrl-C, SIGTERM or SIGHUP, or when whoever started the command is gone: npx ends at a SIGTERM
 * without a word to what it started. Later signals change nothing, so that an impatient second Ctrl-C does not keep the
 * first from cleaning up.
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

/** Our parent, and what stands above it as long as that is part of the same command: pnpm, npx and their shells. */
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
