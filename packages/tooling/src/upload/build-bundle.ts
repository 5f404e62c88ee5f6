import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Addresses } from './addresses.ts'
import { run } from './run.ts'
import { UploadError } from './upload-error.ts'

/** Not `dist`, since a running `dev` writes its own build there at any moment. */
const output = 'dist-release'

/** Builds the production bundle and returns its folder, which is a complete mini-program project. */
export async function buildBundle(folder: string, addresses: Addresses): Promise<string> {
  const miniapp = join(folder, 'apps/miniapp')
  const bundle = join(miniapp, output)
  // A failed build leaves the previous bundle, which must not be uploaded as the new one.
  await rm(bundle, { recursive: true, force: true })
  const taro = join(miniapp, 'node_modules/@tarojs/cli/bin/taro')
  const { exitCode, output: said } = await run(process.execPath, [taro, 'build', '--type', 'weapp'], {
    cwd: miniapp,
    env: { ...process.env, ...addresses, NODE_ENV: 'production', MINIAPP_OUTPUT: output },
  })
  const isBuilt = await stat(join(bundle, 'app.json')).then(
    () => true,
    () => false,
  )
  if (exitCode === 0 && isBuilt) return bundle
  console.error(said)
  throw new UploadError('The build of the mini program failed, see above: fix it first. Nothing was uploaded')
}
