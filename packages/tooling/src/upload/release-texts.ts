import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const source = 'apps/miniapp/src'
const legalFile = `${source}/account/legal.ts`

/** What the brand of this template is called in each language. */
const sampleBrand = /栖木|\bPerch\b/
/** Only in the legal texts: elsewhere a team may use 【】 as it likes. */
const placeholder = /【[^】]+】/g
const legalTexts = /\/account\/(legal\.ts|agreement\/|privacy\/|lib\/personal-data-strings\.ts)/

/**
 * What must not go live in the mini program's texts: sample documents, the sample brand, placeholders and empty fields.
 * One line each, with the file and what to do.
 */
export async function releaseTextIssues(folder: string): Promise<string[]> {
  return [...(await legalIssues(folder)), ...sourceIssues(folder)]
}

/** A field that holds a placeholder is listed with its line, by `sourceIssues`. */
async function legalIssues(folder: string): Promise<string[]> {
  let legal: unknown
  try {
    const module = await import(pathToFileURL(join(folder, legalFile)).href)
    legal = module.legal ?? module.default?.legal
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return [
      `${legalFile} cannot be read (${code ?? message}): restore it, and state what only your company knows`,
    ]
  }
  if (!isRecord(legal)) return [`${legalFile} exports no "legal": restore it`]
  const sample = legal.isSample
    ? [`${legalFile}: the documents are samples: have your lawyers review them, then set isSample to false`]
    : []
  return [...sample, ...emptyFields(legal).map((issue) => `${legalFile}: ${issue}`)]
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

const isLine = (value: unknown) => typeof value === 'string' && value.trim() !== ''
const isText = (value: unknown) => isRecord(value) && isLine(value.zh_CN) && isLine(value.en)

/** Also rejects a day that no calendar has. */
const isDate = (value: unknown) =>
  typeof value === 'string' &&
  /^\d{4}-\d{2}-\d{2}$/.test(value) &&
  !Number.isNaN(Date.parse(value)) &&
  new Date(value).toISOString().startsWith(value)

const text = (path: string) => ({ path, issue: 'is empty: state it in both languages', isValid: isText })
const line = (path: string) => ({ path, issue: 'is empty: state it', isValid: isLine })
const version = (path: string) => ({
  path,
  issue: 'is not a date: write the effective date as YYYY-MM-DD',
  isValid: isDate,
})

const required = [
  text('operator'),
  text('service'),
  version('agreement.version'),
  version('privacy.version'),
  line('contacts.email'),
  line('contacts.phone'),
  text('contacts.address'),
  text('storage'),
  {
    path: 'backupDays',
    issue: 'is missing: state after how many days a backup is overwritten',
    isValid: (value: unknown) => Number.isInteger(value) && Number(value) > 0,
  },
]

function emptyFields(legal: Record<string, unknown>): string[] {
  const recipients = Array.isArray(legal.recipients) ? legal.recipients : []
  const rules = [
    ...required,
    ...recipients.flatMap((_recipient, index) => [
      ...['name', 'purpose', 'data'].map((field) => text(`recipients.${index}.${field}`)),
      line(`recipients.${index}.contact`),
    ]),
    ...['gender', 'birthday'].flatMap((field) =>
      valueAt(legal, `profileFields.${field}`) == null ? [] : [text(`profileFields.${field}`)],
    ),
  ]
  return rules
    .filter(({ path, isValid }) => !isValid(valueAt(legal, path)))
    .map(({ path, issue }) => `${path} ${issue}`)
}

const valueAt = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((part, name) => (isRecord(part) ? part[name] : undefined), value)

function sourceIssues(folder: string): string[] {
  return sourceFiles(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .flatMap((content, index) => {
        const place = `${file}:${index + 1}`
        const placeholders = legalTexts.test(file) ? (content.match(placeholder) ?? []) : []
        const brand = sampleBrand.exec(content)?.[0]
        return [
          ...placeholders.map((left) => `${place}: ${left} is a placeholder: replace it`),
          ...(brand ? [`${place}: "${brand}" is the brand of the template: replace it with yours`] : []),
        ]
      }),
  )
}

function sourceFiles(folder: string): string[] {
  try {
    return readdirSync(join(folder, source), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(tsx?|jsx?|json|css)$/.test(entry.name))
      .map((entry) =>
        join(entry.parentPath, entry.name)
          .slice(folder.length + 1)
          .replaceAll('\\', '/'),
      )
      .sort()
  } catch {
    // Without sources the build fails and says why.
    return []
  }
}
