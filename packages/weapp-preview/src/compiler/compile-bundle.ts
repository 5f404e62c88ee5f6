import { posix } from 'node:path'
import { TmplGroup } from 'glass-easel-template-compiler'
import type { Bundle, StaticConfig, ThemeVariables } from '../common/bundle.ts'
import { compileWxss, inlineImports } from './compile-wxss.ts'

/** An error in the mini program's files. Line and column start at 1. */
export type CompileError = { path: string; line?: number; column?: number; message: string }

export type CompileOptions = {
  appId: string
  version: string
  origins: Readonly<Record<string, string>>
}

export type Compilation = { script: string; errors: readonly CompileError[] }

/** Compiles the files of a build, keyed by path, to the script that defines `window.weappBundle`. */
export function compileBundle(files: ReadonlyMap<string, string>, options: CompileOptions): Compilation {
  const errors: CompileError[] = []
  const configs = parseConfigs(files, errors)
  const templates = compileTemplates(files, errors)
  const styleScopes = scopesOf(configs)
  const bundle: Omit<Bundle, 'templates'> = {
    ...options,
    scripts: Object.fromEntries([...files].filter(([path]) => path.endsWith('.js'))),
    configs,
    styles: compileStyles(files, styleScopes, errors),
    styleScopes,
    theme: themeOf(configs),
    tags: tagsOf(files),
  }
  const script = `window.weappBundle=${JSON.stringify(bundle)};window.weappBundle.templates=${templates}`
  return { script, errors }
}

const keyOf = (path: string): string => path.slice(0, -posix.extname(path).length)

function parseConfigs(
  files: ReadonlyMap<string, string>,
  errors: CompileError[],
): Record<string, StaticConfig> {
  const configs: Record<string, StaticConfig> = {}
  for (const [path, text] of files) {
    if (!path.endsWith('.json')) continue
    try {
      configs[keyOf(path)] = JSON.parse(text) as StaticConfig
    } catch (error) {
      errors.push({ path, message: (error as SyntaxError).message })
    }
  }
  return configs
}

type TemplateWarning = { isError: boolean; message: string; startLine: number; startColumn: number }

function compileTemplates(files: ReadonlyMap<string, string>, errors: CompileError[]): string {
  const group = new TmplGroup()
  for (const [path, text] of files) {
    if (path.endsWith('.wxs')) group.addScript(keyOf(path), text)
    if (!path.endsWith('.wxml')) continue
    for (const warning of group.addTmpl(keyOf(path), text) as TemplateWarning[]) {
      if (!warning.isError) continue
      errors.push({
        path,
        line: warning.startLine + 1,
        column: warning.startColumn + 1,
        message: warning.message,
      })
    }
  }
  const script = group.getTmplGenObjectGroups()
  group.free()
  return script
}

/** Components keep their styles to themselves unless they say otherwise; pages share one scope. */
function scopesOf(configs: Readonly<Record<string, StaticConfig>>): Record<string, string> {
  const isolated = Object.entries(configs).filter(
    ([, config]) =>
      config.component === true && !['shared', 'page-shared'].includes(String(config.styleIsolation)),
  )
  return Object.fromEntries(isolated.map(([key]) => [key, key.replace(/[^\w-]/g, '-')]))
}

function compileStyles(
  files: ReadonlyMap<string, string>,
  scopes: Readonly<Record<string, string>>,
  errors: CompileError[],
): Record<string, string> {
  const styles: Record<string, string> = {}
  for (const path of files.keys()) {
    if (!path.endsWith('.wxss')) continue
    const text = readStyle(path, files, errors, [])
    styles[keyOf(path)] = compileWxss({ text, scope: scopes[keyOf(path)] })
  }
  return styles
}

/** `importers`: the files that led here, so that a circle ends. */
function readStyle(
  path: string,
  files: ReadonlyMap<string, string>,
  errors: CompileError[],
  importers: readonly string[],
): string {
  return inlineImports(files.get(path) ?? '', (address) => {
    const target = address.startsWith('/')
      ? address.slice(1)
      : posix.normalize(posix.join(posix.dirname(path), address))
    if (importers.includes(target) || target === path) return ''
    if (files.has(target)) return readStyle(target, files, errors, [...importers, path])
    errors.push({ path, message: `@import "${address}": there is no such file` })
    return ''
  })
}

function themeOf(configs: Readonly<Record<string, StaticConfig>>): ThemeVariables {
  const location = configs.app?.themeLocation
  const theme = typeof location === 'string' ? configs[keyOf(location.replace(/^\//, ''))] : undefined
  return { light: {}, dark: {}, ...theme } as ThemeVariables
}

function tagsOf(files: ReadonlyMap<string, string>): string[] {
  const tags = new Set<string>()
  for (const [path, text] of files) {
    if (!path.endsWith('.wxml')) continue
    for (const [, tag] of text.matchAll(/<([a-z][\w-]*)/g)) if (tag) tags.add(tag)
  }
  return [...tags].sort()
}
