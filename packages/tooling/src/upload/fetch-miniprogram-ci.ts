import { join } from 'node:path'
import { run } from './run.ts'
import { UploadError } from './upload-error.ts'

/**
 * Installs miniprogram-ci as locked in `packages/tooling/miniprogram-ci`, outside of the workspace and without running
 * scripts of dependencies. Returns that folder.
 */
export async function fetchMiniprogramCi(folder: string): Promise<string> {
  const home = join(folder, 'packages/tooling/miniprogram-ci')
  const args = ['--ignore-workspace', 'install', '--frozen-lockfile', '--ignore-scripts', '--prod']
  try {
    // CI=true keeps pnpm from asking questions.
    const { exitCode, output } = await run('pnpm', args, { cwd: home, env: { ...process.env, CI: 'true' } })
    if (exitCode === 0) return home
    console.error(output)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new UploadError('pnpm is not on the PATH: start the command with npx -y pnpm@12.21.0')
  }
  throw new UploadError(
    'miniprogram-ci could not be fetched, see above: check that the package registry can be reached, then try again',
  )
}
