import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

/** `.env`, which is yours, over `.env.development`, which is committed. A file that is not there is empty. */
export function readEnvironmentFiles(folder: string): Record<string, string | undefined> {
  return { ...readEnvironmentFile(folder, '.env.development'), ...readEnvironmentFile(folder, '.env') }
}

function readEnvironmentFile(folder: string, name: string): NodeJS.Dict<string> {
  try {
    return parseEnv(readFileSync(join(folder, name), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}
