import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

/** The results of the tests of one package, or of all of them. */
export type TestCounts = { passed: number; failed: number; skipped: number }
type Outcome = TestCounts & { failures: string[] }
/** The parts of Vitest's JSON report that are read. */
type VitestReport = {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: {
    name: string
    status: string
    assertionResults: { status: string; fullName: string }[]
  }[]
}

/**
 * Runs scripts such as `test` of all packages, one package at a time, since each uses all cores. Prints a line per
 * package, each failure when it happens and again at the end, and the totals as the last line.
 *
 * @param folder the root of the repository
 * @returns the exit code
 */
export async function runTests(folder: string, scripts: string[]): Promise<number> {
  const startedAt = Date.now()
  if ((await run(folder, ['exec', 'turbo', 'run', 'generate', '--output-logs=errors-only'])) !== 0) return 1
  const sum: Outcome = { passed: 0, failed: 0, skipped: 0, failures: [] }
  for (const script of scripts) {
    for (const { name, path } of await packagesWith(folder, script)) {
      const title = script === 'test' ? name : `${name} (${script})`
      console.log(`→ ${title}`)
      const began = Date.now()
      const outcome = await runPackage(folder, path, script)
      console.log(`${outcome.failed === 0 ? '✓' : '✗'} ${title}: ${describeCounts(outcome)}, ${since(began)}`)
      sum.passed += outcome.passed
      sum.failed += outcome.failed
      sum.skipped += outcome.skipped
      sum.failures.push(...outcome.failures)
    }
  }
  if (sum.failures.length > 0)
    console.log(['', 'Failed:', ...sum.failures.map((line) => `  ${line}`)].join('\n'))
  console.log(`\nTests: ${describeCounts(sum)}, ${since(startedAt)}`)
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1
}

async function packagesWith(folder: string, script: string): Promise<{ name: string; path: string }[]> {
  const found: { name: string; path: string }[] = []
  // Packages come before the apps that depend on them.
  for (const parent of ['packages', 'apps']) {
    for (const child of (await readdir(join(folder, parent))).sort()) {
      const path = join(folder, parent, child)
      const manifest = await readFile(join(path, 'package.json'), 'utf8').catch(() => '{}')
      const { name = child, scripts = {} } = JSON.parse(manifest) as {
        name?: string
        scripts?: Record<string, string>
      }
      if (scripts[script]) found.push({ name, path })
    }
  }
  return found
}

async function runPackage(folder: string, path: string, script: string): Promise<Outcome> {
  const place = await mkdtemp(join(tmpdir(), 'test-report-'))
  const report = join(place, 'report.json')
  try {
    // By its path, since not every package depends on this one.
    const flakyReporter = join(import.meta.dirname, 'flaky-reporter.ts')
    const reporters = ['minimal', flakyReporter, 'json'].map((name) => `--reporter=${name}`)
    const exitCode = await run(path, ['run', script, ...reporters, `--outputFile.json=${report}`])
    const text = await readFile(report, 'utf8').catch(() => null)
    const outcome = text === null ? nothing() : readReport(JSON.parse(text) as VitestReport, folder)
    // A failed run without a failed test: the set-up threw, an error was unhandled, or there was no test.
    if (exitCode === 0 || outcome.failed > 0) return outcome
    return {
      ...outcome,
      failed: 1,
      failures: [`${relative(folder, path)}: ${script} ended with ${exitCode}`],
    }
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

const nothing = (): Outcome => ({ passed: 0, failed: 0, skipped: 0, failures: [] })

/** A test file that failed as a whole, for example on import, counts as one failure. */
export function readReport(report: VitestReport, folder: string): Outcome {
  const failures: string[] = []
  for (const { name, status, assertionResults } of report.testResults) {
    const failed = assertionResults.filter((test) => test.status === 'failed')
    for (const { fullName } of failed) failures.push(`${relative(folder, name)} > ${fullName}`)
    if (status === 'failed' && failed.length === 0) failures.push(relative(folder, name))
  }
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  }
}

function describeCounts({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

function since(startedAt: number): string {
  const seconds = Math.round((Date.now() - startedAt) / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

async function run(folder: string, args: string[]): Promise<number> {
  const child = spawn('pnpm', args, {
    cwd: folder,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' },
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  const [code] = await once(child, 'close')
  return code ?? 1
}
