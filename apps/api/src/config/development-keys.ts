import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

/**
 * The signing and encryption keys of this clone: made at the first start, kept in a git-ignored file, so that no
 * two clones share one and nobody is logged out by a restart. Production refuses them by their id.
 */
export function developmentKeys(dataFolder: string): NodeJS.Dict<string> {
  const file = join(dataFolder, 'keys.env')
  mkdirSync(dataFolder, { recursive: true })
  const draft = `${file}.${process.pid}`
  const names = ['ACCESS_TOKEN_KEYS', 'REFRESH_TOKEN_KEYS', 'DATA_KEYS']
  const lines = names.map((name) => `${name}=development:${randomBytes(32).toString('base64')}\n`)
  writeFileSync(
    draft,
    `# Made at the first start of this clone; delete it to log everybody out.\n${lines.join('')}`,
    { mode: 0o600 },
  )
  try {
    // A link appears whole or not at all, and never replaces the keys of another process that was first.
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
  return parseEnv(readFileSync(file, 'utf8'))
}
