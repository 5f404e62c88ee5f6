import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { schema, type VariableName, variableNames } from '../src/config/schema.ts'
import { groups, type Variable } from '../src/config/variable.ts'

export const repository = join(import.meta.dirname, '../../..')

/** The files that are generated from the schema: path in the repository to content. */
export function renderConfigFiles(): Record<string, string> {
  return {
    '.env.example': renderExample(),
    'docs/configuration.md': renderPage(),
    'turbo.json': renderTurbo(readFileSync(join(repository, 'turbo.json'), 'utf8')),
  }
}

const sections = Object.entries(groups).map(([group, section]) => ({
  title: section.title,
  doc: 'doc' in section ? section.doc : null,
  variables: Object.entries<Variable>(schema).filter(([, variable]) => variable.group === group),
}))

function renderExample(): string {
  const comment = (text: string) => text.replaceAll(/^/gm, '# ')
  const lines = [
    '# Every variable with its default. Generated from apps/api/src/config/variables by `pnpm generate:config`.',
    '# Development needs none of them: put what you want to change into `.env` (git-ignored). Production reads the environment',
    '# of the process and no file.',
  ]
  for (const { title, doc, variables } of sections) {
    lines.push('', `# ── ${title} ${'─'.repeat(112 - title.length)}`)
    if (doc) lines.push(comment(doc))
    for (const [name, variable] of variables) {
      lines.push(comment(variable.doc))
      if (variable.defaultNote) lines.push(`# Default: ${variable.defaultNote}.`)
      for (const value of variable.examples ?? [variable.default ?? '']) lines.push(`#${name}=${value}`)
    }
  }
  return `${lines.join('\n')}\n`
}

function renderPage(): string {
  const lines = [
    '# Configuration',
    '',
    '<!-- Generated from apps/api/src/config/variables by `pnpm generate:config`: change them there instead. -->',
    '',
    'Development needs none of these variables: put what you want to change into `.env` (git-ignored;',
    '[`.env.example`](../.env.example) is a copy of this page to start from). Production reads the environment of the',
    'process and no file. It does not start with a missing, short, made-up or published secret (every secret that this',
    'repository contains is rejected), and reports all issues at once. A variable that looks like a misspelled one of these',
    'is a warning in the log at every start.',
  ]
  for (const { title, doc, variables } of sections) {
    lines.push('', `## ${title}`, '')
    if (doc) lines.push(markdown(doc), '')
    lines.push('| variable | default | description |', '|---|---|---|')
    for (const [name, variable] of variables)
      lines.push(`| \`${name}\` | ${renderDefault(variable)} | ${markdown(variable.doc)} |`)
  }
  return `${lines.join('\n')}\n`
}

function renderDefault(variable: Variable): string {
  if (variable.defaultNote) return markdown(variable.defaultNote)
  return variable.default ? `\`${variable.default}\`` : 'none'
}

const names = new RegExp(`\\b(${variableNames.join('|')})\\b(?!=)`, 'g')

/** As one line of Markdown, with the names of variables as code. */
const markdown = (text: string) =>
  text
    .replaceAll('\n', ' ')
    .replaceAll('<', '&lt;')
    .replaceAll('|', '\\|')
    .replaceAll('*', '\\*')
    .replaceAll(names, '`$1`')

/** What the tasks of turbo pass through besides: set by CI, by Node and by the build of the mini program. */
const otherNames = ['CI', 'MINIAPP_OUTPUT', 'MINIAPP_OUTPUT_HOLDER', 'NODE_OPTIONS']
/** `pnpm upload` reads them, and runs without turbo. */
const withoutTurbo: VariableName[] = ['MINIAPP_APP_ID', 'WECHAT_UPLOAD_KEY_FILE']

function renderTurbo(text: string): string {
  const passedThrough = [...variableNames.filter((name) => !withoutTurbo.includes(name)), ...otherNames]
  const list = passedThrough
    .toSorted()
    .map((name) => `    "${name}"`)
    .join(',\n')
  return text.replace(/("globalPassThroughEnv": \[)[^\]]*\]/, `$1\n${list}\n  ]`)
}
