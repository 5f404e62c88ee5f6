import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderConfigFiles, repository } from './config-files.ts'

/** Writes everything that is generated from the table of variables. */
for (const [path, content] of Object.entries(renderConfigFiles())) {
  writeFileSync(join(repository, path), content)
  console.log(path)
}
