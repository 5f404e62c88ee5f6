import { join } from 'node:path'
import { run } from './run.ts'
import { UploadError } from './upload-error.ts'

/**
 * Has pnpm install exactly what `packages/tooling/miniprogram-ci` locks, which is no part of the workspace, and takes a
 * moment when it is there. Answers that folder. No script of a dependency runs.
 */
export async function fetchMiniprogramCi(folder: string): Promise<string> {
  const home = join(folder, 'packages/tooling/miniprogram-ci')
  const args = ['--ignore-workspace', 'install', '--frozen-lockfile', '--ignore-scripts', '--prod']
  try {
    // Without a terminal pnpm asks nothing.
    const { exitCode, output } = await run('pnpm', args, { cwd: home, env: { ...process.env, CI: 'true' } })
    if (exitCode === 0) return home
    console.error(output)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new UploadError('pnpm is not on the PATH: begin the command with npx -y pnpm@12.21.0')
  }
  throw new UploadError(
    'miniprogram-ci could not be fetched, see above: try again where the registry can be reached',
  )
}
