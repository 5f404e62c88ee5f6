import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const repository = join(import.meta.dirname, '../../../..')
/** Hashes of packages alone, and the list itself. */
const skipped = /(^pnpm-lock\.yaml|published-values\.ts|\.(png|jpg|webp|gif|ico|ttf|woff2?))$/

/** Where secrets stand in text of any kind: code, JSON, YAML, env files, URLs and shell. The value is the last group. */
const patterns = {
  appSecret: [
    /(?<![\dA-Za-z])([\da-f]{32})(?![\dA-Za-z])/gi,
    /\bsecret\\?["']?\s*[:=]\s*\\?["'`]([\w+/-]{8,64})\\?["'`]/g,
  ],
  pushToken: [/\btoken\\?["']?\s*[:=]\s*\\?["'`]([A-Za-z\d]{3,32})\\?["'`]/g],
  encodingAesKey: [
    /\bencodingAesKey\\?["']?\s*[:=]\s*\\?["'`]([A-Za-z\d+/]{43})\\?["'`]/g,
    /(?<![\w+/=-])((?=[A-Za-z]*\d)[A-Za-z\d]{43})(?![\w+/=-])/g,
  ],
  key: [/(?<![\w-])[\w-]{1,32}:([A-Za-z\d+/_-]{42,}={0,2})(?![\w+/=-])/g],
  password: [
    /\b(?:postgres(?:ql)?|rediss?|https?):\/\/[^\s:/@"'`]*:([^\s@/"'`$]+)@/g,
    /\bPOSTGRES_PASSWORD["']?\s*[:=]\s*["']?([^\s"'`${}?…]{3,})/g,
  ],
  s3Secret: [
    /\b(?:S3_SECRET_ACCESS_KEY|secretAccessKey)["']?\s*[:=]\s*["'`]([^\s"'`${}…]{3,})["'`]/g,
    /\bS3_SECRET_ACCESS_KEY=([^\s"'`${}…]{3,})/g,
  ],
}

export type SecretKind = keyof typeof patterns

/** Whether this is a clone; an archive does not say which of its files are committed. */
export const isClone = existsSync(join(repository, '.git'))

/** Every value of a secret variable that a committed file of this repository contains, with the file. */
export function findCommittedSecrets(): { kind: SecretKind; value: string; file: string }[] {
  const list = ['-c', 'safe.directory=*', 'ls-files', '-z']
  const files = execFileSync('git', list, { cwd: repository, encoding: 'utf8' }).split('\0')
  const found = new Map<string, { kind: SecretKind; value: string; file: string }>()
  for (const file of files) {
    const path = join(repository, file)
    if (file === '' || skipped.test(file) || !existsSync(path)) continue
    for (const secret of findSecrets(readFileSync(path, 'utf8')))
      found.set(`${secret.kind} ${secret.value}`, { ...secret, file })
  }
  return [...found.values()]
}

export function findSecrets(text: string): { kind: SecretKind; value: string }[] {
  return Object.entries(patterns).flatMap(([kind, list]) =>
    list.flatMap((pattern) =>
      Array.from(text.matchAll(pattern), ([, value = '']) => ({ kind: kind as SecretKind, value })),
    ),
  )
}

/** `published-values.ts`, as it has to be. */
export function renderPublishedValues(values: string[]): string {
  const hashes = [...new Set(values.map(hashOf))].sort()
  return `import { createHash } from 'node:crypto'

/**
 * SHA-256 of every secret that a file of this repository contains, without regard to case or padding. Written by
 * test/process/published-values.test.ts: \`npx vitest run --project process published-values -u\`.
 */
const hashes = new Set([
${hashes.map((hash) => `  '${hash}',\n`).join('')}])

/** Whether everyone can read this secret, since it stands in this repository. */
export const isPublished = (secret: string): boolean =>
  hashes.has(createHash('sha256').update(secret.replace(/=+$/, '').toLowerCase()).digest('hex'))
`
}

const hashOf = (value: string) =>
  createHash('sha256').update(value.replace(/=+$/, '').toLowerCase()).digest('hex')
