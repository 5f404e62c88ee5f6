import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Addresses } from './addresses.ts'
import { run } from './run.ts'
import { UploadError } from './upload-error.ts'

/** Not `dist`: a `dev` that runs beside us writes its own build there, with its own address, at any moment. */
const output = 'dist-release'

/** Makes the production bundle, and answers its folder, a mini-program project of its own. */
export async function buildBundle(folder: string, addresses: Addresses): Promise<string> {
  const miniapp = join(folder, 'apps/miniapp')
  const bundle = join(miniapp, output)
  // A build that fails leaves what was there, which must not be taken for the new one.
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
  throw new UploadError('The mini program was not built, see above: mend that first, nothing was sent')
}
