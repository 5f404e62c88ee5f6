import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

type Variables = Record<string, string | undefined>

/** The files, the more important last. */
const files = ['.env.development', '.env']

/**
 * The variables of the tasks: the shell's override those of `.env`, which override those of `.env.development`. An issue
 * names a line and never shows its content, which may be a secret.
 */
export function readEnvironment(folder: string, shell: Variables) {
  const issues: string[] = []
  const contents = files.map((name) => {
    const text = readText(join(folder, name), (reason) => issues.push(`${name} cannot be read: ${reason}`))
    issues.push(...faultsOf(text).map(({ line, problem }) => `${name}, line ${line}: ${problem}`))
    return parseEnv(text) as Variables
  })
  const [development = {}, personal = {}] = contents
  return { variables: { ...development, ...personal, ...shell }, chosen: { ...personal, ...shell }, issues }
}

function readText(path: string, onFault: (reason: string) => void): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') onFault(code ?? message)
    return ''
  }
}

function faultsOf(text: string) {
  const issues: { line: number; problem: string }[] = []
  let openQuote: { quote: string; line: number } | undefined
  for (const [index, content] of text.split(/\r?\n/).entries()) {
    const line = index + 1
    if (openQuote) {
      if (content.includes(openQuote.quote)) openQuote = undefined
      continue
    }
    if (/^\s*(#|$)/.test(content)) continue
    const value = /^\s*(?:export\s+)?[A-Za-z_]\w*\s*=\s*(.*)$/.exec(content)?.[1]
    if (value === undefined)
      issues.push({ line, problem: 'write it as NAME=value, or start it with # to make it a comment' })
    const quote = /^["'`]/.exec(value ?? '')?.[0]
    // A value in quotes may span several lines.
    if (quote && !value?.slice(1).includes(quote)) openQuote = { quote, line }
  }
  if (openQuote)
    issues.push({
      line: openQuote.line,
      problem: `the value begins with ${openQuote.quote} but has no ${openQuote.quote} at its end`,
    })
  return issues
}
