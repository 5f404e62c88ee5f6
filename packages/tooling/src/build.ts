import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { readEnvironment } from './dev/environment.ts'
import { releaseTextIssues } from './upload/release-texts.ts'

/**
 * Builds everything with the variables of the shell and of `.env`, as `dev` and `upload` read them. Turbo gets them too,
 * so that it does not reuse a cached build with other addresses.
 *
 * @param folder the root of the repository
 * @param args passed on to turbo
 * @returns the exit code
 */
export async function build(folder: string, args: string[]): Promise<number> {
  const { chosen, issues } = readEnvironment(folder, process.env)
  if (issues.length > 0) {
    for (const issue of issues) console.error(issue)
    return 1
  }
  const { length } = await releaseTextIssues(folder)
  // A build may also be for a trial, so it only warns.
  if (length > 0) console.warn(`Before a release: ${length} texts of the mini program; \`upload\` lists them`)
  const turbo = createRequire(`${folder}/package.json`).resolve('turbo/bin/turbo')
  const child = spawn(process.execPath, [turbo, 'run', 'build', ...args], {
    cwd: folder,
    env: { ...chosen, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    stdio: 'inherit',
  })
  // Turbo gets the signal from the terminal, too, and ends its tasks.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
  const [code] = await once(child, 'close')
  return code ?? 1
}
