import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

/**
 * The signing and encryption keys of this clone: created at the first start in a git-ignored file, so that no two clones
 * share one and a restart logs no user out. Production rejects them by their id.
 */
export function developmentKeys(dataFolder: string): NodeJS.Dict<string> {
  const file = join(dataFolder, 'keys.env')
  mkdirSync(dataFolder, { recursive: true })
  const draft = `${file}.${process.pid}`
  const names = ['ACCESS_TOKEN_KEYS', 'REFRESH_TOKEN_KEYS', 'DATA_KEYS']
  const lines = names.map((name) => `${name}=development:${randomBytes(32).toString('base64')}\n`)
  writeFileSync(
    draft,
    `# Created at the first start of this clone; delete it to log every user out.\n${lines.join('')}`,
    { mode: 0o600 },
  )
  try {
    // A link appears whole or not at all, and never replaces the keys that another process created first.
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
  return parseEnv(readFileSync(file, 'utf8'))
}

/** Reads `.env` (git-ignored) over `.env.development` (committed). A missing file is empty. */
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
