import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const packageFolder = fileURLToPath(new URL('..', import.meta.url))

export type BuiltBundle = {
  folder: string
  /** What the build said. */
  output: string
  remove(): Promise<void>
}

/** A production build in a folder of its own, with these variables in its environment. */
export async function buildBundle(variables: Readonly<Record<string, string>>): Promise<BuiltBundle> {
  // Taro takes only folders inside the project.
  const cache = join(packageFolder, 'node_modules/.cache')
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'bundle-test-'))
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [join(packageFolder, 'node_modules/@tarojs/cli/bin/taro'), 'build', '--type', 'weapp'],
    {
      cwd: packageFolder,
      env: {
        ...process.env,
        ...variables,
        NODE_ENV: 'production',
        MINIAPP_OUTPUT: relative(packageFolder, folder),
      },
    },
  )
  return { folder, output: stdout + stderr, remove: () => rm(folder, { recursive: true, force: true }) }
}
