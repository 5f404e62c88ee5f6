import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdtempSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Runs one of WeChat's compilers in a folder. Returns what it complains of; nothing is good. */
export type WechatCompiler = (folder: string, paths: readonly string[]) => string

export type WechatCompilers = {
  /** Templates, and the scripts that they name. */
  checkTemplates: WechatCompiler
  checkStyles: WechatCompiler
}

const programs: Record<string, [wcc: string, wcsc: string]> = {
  'linux-x64': ['linux/wcc', 'linux/wcsc'],
  'darwin-x64': ['mac/wcc', 'mac/wcsc'],
  // Those of Intel, which Apple's own processors translate.
  'darwin-arm64': ['mac/wcc', 'mac/wcsc'],
  'win32-x64': ['windows/wcc.exe', 'windows/wcsc.exe'],
}

/**
 * WeChat's `wcc` and `wcsc`, of its package miniprogram-compiler; `null`, and a line that says so, where it has none
 * that run. With `CI` set they must run on Linux, and the call throws where they do not.
 */
export function findWechatCompilers(): WechatCompilers | null {
  const found = programs[`${platform()}-${arch()}`]?.map(runnable) ?? []
  const [wcc, wcsc] = found.filter((path) => path !== null)
  if (wcc && wcsc) {
    return {
      checkTemplates: (cwd, paths) => run(wcc, ['-d', '-cc', '0', ...paths, '-gn', '$gwx'], cwd),
      checkStyles: (cwd, paths) => run(wcsc, ['-lc', '-db', '-pc', '0', ...paths], cwd),
    }
  }
  const error = `WeChat's own compilers do not run on ${platform()} ${arch()}`
  if (process.env.CI && platform() === 'linux') throw new Error(error)
  console.warn(`SKIPPED: ${error}, so nobody has checked the bundle's templates and styles`)
  return null
}

/** A copy that may be executed, which the package forgets to allow; `null` where it cannot be. */
function runnable(path: string): string | null {
  const manifest = createRequire(import.meta.url).resolve('miniprogram-compiler/package.json')
  const copy = join(mkdtempSync(join(tmpdir(), 'wechat-compiler-')), 'compiler.exe')
  copyFileSync(join(dirname(manifest), 'bin', path), copy)
  chmodSync(copy, 0o755)
  const { error, status } = spawnSync(copy, ['--version'])
  // 127: a library is missing.
  return error || status === 127 ? null : copy
}

function run(program: string, options: string[], cwd: string): string {
  const { error, status, stderr } = spawnSync(program, options, { cwd, maxBuffer: 32 * 1024 * 1024 })
  if (error) throw error
  return stderr.toString().trim() || (status === 0 ? '' : `ended with ${status}`)
}
