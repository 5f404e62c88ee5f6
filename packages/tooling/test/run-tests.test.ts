import { expect, it } from 'vitest'
import { readReport } from '../src/run-tests.ts'

const file = (name: string, status: string, ...tests: [string, string][]) => ({
  name: `/repository/${name}`,
  status,
  assertionResults: tests.map(([fullName, status]) => ({ fullName, status })),
})
const report = (...testResults: ReturnType<typeof file>[]) => {
  const count = (wanted: string) =>
    testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === wanted)
      .length
  return {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('pending'),
    numTodoTests: count('todo'),
    testResults,
  }
}

it('the test command names each failed test by its file', () => {
  const outcome = readReport(
    report(file('a.test.ts', 'failed', ['adds', 'passed'], ['subtracts', 'failed'], ['divides', 'pending'])),
    '/repository',
  )
  expect(outcome).toEqual({ passed: 1, failed: 1, skipped: 1, failures: ['a.test.ts > subtracts'] })
})

it('the test command counts a file that cannot be imported as a failure', () => {
  const outcome = readReport(
    report(file('a.test.ts', 'passed', ['adds', 'passed']), file('b.test.ts', 'failed')),
    '/repository',
  )
  expect(outcome).toEqual({ passed: 1, failed: 1, skipped: 0, failures: ['b.test.ts'] })
})

it('the test command counts a file with failed tests once', () => {
  const { failed } = readReport(
    report(file('a.test.ts', 'failed', ['adds', 'failed'], ['subtracts', 'failed'])),
    '/repository',
  )
  expect(failed).toBe(2)
})
