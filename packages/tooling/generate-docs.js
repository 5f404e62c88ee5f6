// `pnpm generate:docs`: writes the OpenAPI document and the entity diagram.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { register } from 'tsx/esm/api'

register()
const { generatedFiles } = await import('./src/docs/generated-files.ts')
const folder = join(import.meta.dirname, '../..')
for (const [path, text] of Object.entries(await generatedFiles(folder))) {
  await writeFile(join(folder, path), text)
  console.log(path)
}
