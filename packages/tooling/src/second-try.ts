import type { Reporter, TestCase } from 'vitest/node'

/** A reporter of Vitest that names each test which failed and passed when it was tried again: it needs somebody's eye. */
export default class SecondTries implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (!test.diagnostic()?.flaky) return
    const reason = test.result().errors?.[0]?.message ?? 'no reason given'
    console.log(`*** SECOND TRY ${test.module.relativeModuleId} > ${test.fullName}: ${reason} ***`)
  }
}
