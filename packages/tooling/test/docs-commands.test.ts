import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openApiDocument } from '@repo/shared/openapi'
import { describe, expect, it, onTestFinished } from 'vitest'
import { repository } from './support/project-copy.ts'

const read = (path: string) => readFileSync(join(repository, path), 'utf8')
const inDocs = readdirSync(join(repository, 'docs'), { recursive: true, encoding: 'utf8' })
const pages = [
  ...readdirSync(repository).filter((name) => name.endsWith('.md')),
  ...inDocs.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
]
/** The simulator's README has a test of its own, which runs its commands in their order. */
const commands = [...new Set(pages.flatMap((page) => shellLines(read(page))))]
const scripts = packageScripts('package.json')
const documented = openApiDocument()

/** The commands of all `sh` blocks, without comments; a backslash continues a line. */
function shellLines(markdown: string): string[] {
  return [...markdown.matchAll(/^ *```sh\n([\s\S]*?)^ *```/gm)].flatMap(([, block = '']) =>
    block
      .replace(/\\\n/g, ' ')
      .split('\n')
      .map((line) => line.replace(/(^|\s{2,})#.*$/, '').trim())
      .filter((line) => line !== ''),
  )
}

function packageScripts(path: string): string[] {
  return Object.keys((JSON.parse(read(path)) as { scripts: object }).scripts)
}

const folderOf = (name: string) =>
  ['apps', 'packages']
    .flatMap((group) => readdirSync(join(repository, group)).map((folder) => `${group}/${folder}`))
    .filter((folder) => existsSync(join(repository, folder, 'package.json')))
    .find((folder) => (JSON.parse(read(`${folder}/package.json`)) as { name: string }).name === name)

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'docs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Text of all files below these folders that are not generated. */
function sourceOf(...folders: string[]): string {
  return folders
    .flatMap((folder) =>
      readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
        .filter((path) => /\.[jt]s$/.test(path) && !/node_modules|generated/.test(path))
        .map((path) => read(`${folder}/${path}`)),
    )
    .join('\n')
}

const testSource = sourceOf('apps/api/test', 'packages/tooling/test')
const optionSource = sourceOf('packages/tooling/src', 'apps/api/bench', 'apps/api/src/cli')

/** Each kind of command, and what it is held against. The first kind whose pattern matches counts. */
const kinds: { pattern: RegExp; check: (match: RegExpExecArray) => void }[] = [
  {
    pattern: /^([A-Z][A-Z\d_]+)=\S+$/,
    check: ([, name]) => expect(read('.env.example')).toContain(`${name}=`),
  },
  {
    pattern: /pnpm(?:@\S+)? (upload|preview:qrcode)(.*)$/,
    check: ([, script = '', rest = '']) => runUpload(script, rest.match(/"[^"]*"|\S+/g) ?? []),
  },
  {
    pattern: /pnpm(?:@\S+)? --filter (\S+) deploy --prod (\S+)$/,
    check: () => expect(testSource).toContain("'deploy', '--prod'"),
  },
  {
    pattern: /pnpm(?:@\S+)? --filter (\S+) exec vitest run (\S+)$/,
    check: ([, name = '', path = '']) => {
      const template = path.replace('notes', 'login-history')
      expect(existsSync(join(repository, folderOf(name) ?? '', template)), template).toBe(true)
    },
  },
  {
    pattern: /pnpm(?:@\S+)? --filter (\S+) (\S+)(.*)$/,
    check: ([, name = '', script = '', rest = '']) => {
      expect(packageScripts(`${folderOf(name)}/package.json`)).toContain(script)
      checkFlags(rest)
    },
  },
  {
    pattern: /pnpm(?:@\S+)? (\S+)(.*)$/,
    check: ([, script = '', rest = '']) => {
      expect(scripts).toContain(script)
      checkFlags(rest)
    },
  },
  { pattern: /^curl -s (.*)$/, check: ([, rest = '']) => checkRequest(rest) },
  {
    pattern: /node (?:\/srv\/api\/)?dist\/(server|migrate|grant-admin)\.js/,
    check: ([, name = '']) => {
      expect(read('apps/api/build.js')).toContain(`${name}.ts`)
      expect(testSource).toMatch(new RegExp(`'(dist/${name}\\.js|src/cli/${name}\\.ts)'`))
    },
  },
  {
    pattern: /^cd (\S+) && node .* (\S+\.[jt]s)( .*)?$/,
    check: ([, folder = '', path = '', rest = '']) => {
      expect(existsSync(join(repository, folder, path))).toBe(true)
      checkFlags(rest)
    },
  },
  {
    pattern: /^(openssl genpkey|echo "k2:)/,
    check: () => expect(makeKeyPair()).toMatch(/^k2:LS0tLS1CRUdJTi/),
  },
  { pattern: /^(cp -r|sed) /, check: copyTemplatePage },
  {
    pattern: /^bash (\S+)$/,
    check: ([, path = '']) => expect(existsSync(join(repository, path))).toBe(true),
  },
  // Needs a Docker engine, which the tests do not have; what the image runs is tested without it.
  {
    pattern: /^docker compose up --build$/,
    check: () => expect(read('compose.yaml')).toMatch(/^ {4}build: \.$/m),
  },
]

/** An option that no source names does not exist. */
function checkFlags(rest: string): void {
  for (const [, flag = ''] of rest.matchAll(/--([a-z][a-z-]+)/g))
    if (flag !== 'name') expect(optionSource, `--${flag}`).toContain(flag)
}

/** Runs the command where nothing is configured: it has to name what is missing, and not its usage. */
function runUpload(script: string, args: string[]): void {
  const program = join(repository, 'packages/tooling/upload.js')
  const { PATH, HOME } = process.env
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, script === 'upload' ? 'upload' : 'preview', ...args.map((arg) => arg.replaceAll('"', ''))],
    { cwd: temporaryFolder(), env: { PATH, HOME }, encoding: 'utf8' },
  )
  expect(status).toBe(1)
  expect(stdout + stderr).toContain('WECHAT_UPLOAD_KEY_FILE')
  expect(stdout + stderr).not.toContain('usage:')
}

/** A request of the contract, with fields that its body has. */
function checkRequest(rest: string): void {
  const { pathname } = new URL(/https?:\S+/.exec(rest)?.[0] ?? '')
  const data = / -d '(.*)'$/.exec(rest)?.[1]
  const operation = documented.paths[pathname]?.[data === undefined ? 'get' : 'post']
  expect(operation, pathname).toBeDefined()
  if (data === undefined) return
  const { requestBody } = operation as {
    requestBody: { content: { 'application/json': { schema: { properties: object; required?: string[] } } } }
  }
  const { properties, required = [] } = requestBody.content['application/json'].schema
  const fields = Object.keys(JSON.parse(data) as object)
  expect(Object.keys(properties)).toEqual(expect.arrayContaining(fields))
  expect(fields).toEqual(expect.arrayContaining(required))
}

function makeKeyPair(): string {
  const lines = commands.filter((line) => /^(openssl genpkey|echo "k2:)/.test(line))
  return execFileSync('sh', ['-ec', lines.join('\n')], { cwd: temporaryFolder(), encoding: 'utf8' })
}

/** Runs the recipe's commands on a copy of what they name. */
function copyTemplatePage(): void {
  const folder = temporaryFolder()
  const lines = commands.filter((line) => /^(cp -r|sed) /.test(line))
  for (const path of [
    'apps/miniapp/src/account/login-history',
    'apps/miniapp/test/account/login-history.test.tsx',
  ]) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(repository, path), join(folder, path), { recursive: true })
  }
  execFileSync('sh', ['-ec', lines.join('\n')], { cwd: folder })
  expect(existsSync(join(folder, 'apps/miniapp/src/account/notes/index.tsx'))).toBe(true)
  expect(readFileSync(join(folder, 'apps/miniapp/test/account/notes.test.tsx'), 'utf8')).not.toMatch(
    /login-?history/i,
  )
}

const inEnglish: Record<string, string> = { 无: 'none', 不限: 'any' }

describe('the documentation', () => {
  it.each(commands)('has a command that works: %s', (command) => {
    for (const { pattern, check } of kinds) {
      const match = pattern.exec(command)
      if (match) return check(match)
    }
    throw new Error('no kind of command that this test knows; add one that runs or checks it')
  })

  it('names the pnpm of package.json, and only scripts that exist', () => {
    const { packageManager } = JSON.parse(read('package.json')) as { packageManager: string }
    const inline = pages.flatMap((page) => [
      ...read(page).matchAll(/`(?:npx -y )?(pnpm(?:@[\d.]+)?) ([a-z][\w:-]*)/g),
    ])
    expect(inline.length).toBeGreaterThan(10)
    for (const [text, pnpm = '', script = ''] of inline) {
      if (pnpm.includes('@')) expect(pnpm, text).toBe(packageManager)
      if (script !== 'dlx') expect(scripts, text).toContain(script)
    }
  })

  it.each(pages)('%s links to files and headings that exist', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link = '']) => link)
    const broken = links.filter((link) => !leadsSomewhere(page, link))
    expect(broken).toEqual([])
  })

  it.each([
    ['README'],
    ['docs/deploy'],
    ['docs/going-live'],
    ['docs/legal-requirements'],
    ['docs/session'],
    ['docs/recipes'],
  ])('%s has the same sections and commands in Chinese', (page) => {
    const english = read(`${page}.md`)
    const chinese = read(`${page}.zh-CN.md`)
    const shape = (text: string) => text.match(/^(#+ |```\w*$)/gm)
    expect(shape(chinese)).toEqual(shape(english))
    const names = (text: string) => shellLines(text).map((line) => line.match(/^\S+|--?[a-z]+|pnpm\S* \S+/g))
    expect(names(chinese)).toEqual(names(english))
  })

  it.each(['docs/legal-requirements.md', 'docs/legal-requirements.zh-CN.md'])(
    '%s names only variables that exist, with their defaults',
    (page) => {
      const rows = (text: string) => [...text.matchAll(/^\| `([A-Z_]+)` \| `?([^`|]+?)`? \|/gm)]
      const defaults = new Map(rows(read('docs/configuration.md')).map(([, name, value]) => [name, value]))
      const named = [...new Set(read(page).match(/(?<=`)[A-Z]+(?:_[A-Z]+)+/g))]
      expect(named.length).toBeGreaterThan(8)
      expect(named.filter((name) => !defaults.has(name))).toEqual([])
      const stated = rows(read(page)).map(([, name, value = '']) => [name, inEnglish[value] ?? value])
      expect(stated).toEqual(stated.map(([name]) => [name, defaults.get(name)]))
    },
  )

  it.each(['legal-requirements', 'going-live'])(
    'docs/%s cites sources that it lists, the same in Chinese',
    (name) => {
      const cited = (page: string) =>
        [...read(page).matchAll(/\[(?=[A-Z])([^\]\n]+)\](?!\()/g)].map(([, text = '']) =>
          text.replaceAll('、', ', ').replaceAll('至', 'to').replaceAll('三', '3').replaceAll(/\s/g, ''),
        )
      const english = cited(`docs/${name}.md`)
      expect(english.length).toBeGreaterThan(20)
      expect(cited(`docs/${name}.zh-CN.md`)).toEqual(english)
      const listed = [...read('docs/legal-requirements.md').matchAll(/^\| ([A-Z](?: [a-z]+)?) \|/gm)].map(
        ([, key]) => key,
      )
      for (const text of english)
        for (const [key] of text.matchAll(/[A-Z](?:guide|report|reject)?/g))
          expect(listed, text).toContain(key.replace(/^([A-Z])([a-z]+)$/, '$1 $2'))
    },
  )

  it('docs/features.md names every endpoint of the contract, and no other', () => {
    const named = new Set(
      [...read('docs/features.md').matchAll(/((?:(?:GET|POST|PUT|DELETE)(?:, )?)+) (\/v1\/[\w:/-]+)/g)].map(
        ([, method, path]) => `${method} ${path}`,
      ),
    )
    const keys = Object.entries(documented.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    )
    expect([...named].sort()).toEqual([...keys, 'POST /v1/wechat/push/:appId'].sort())
  })
})

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(repository, target))) return false
  if (anchor === undefined || !target.endsWith('.md')) return true
  const headings = [...read(target).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slug(heading))
  return headings.includes(decodeURIComponent(anchor))
}

/** As GitHub makes them of headings. */
const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-')
