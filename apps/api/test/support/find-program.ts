import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where a program that tests need beyond Node lies, or `null` and one line that says so; an error if CI=true. */
export function findProgram(name: string): string | null {
  const { PATH = '', CI } = process.env
  const folders = [...PATH.split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin']
  const program = folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isProgram)
  if (program) return program
  if (CI === 'true') throw new Error(`No ${name} for tests: install it`)
  console.warn(`\n*** No ${name} for tests: install it. Tests that need it are skipped. ***\n`)
  return null
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
