import type { Reporter, TestCase } from 'vitest/node'

/** A Vitest reporter that names each test that passed only after a retry, so that a developer looks at it. */
export default class FlakyReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (!test.diagnostic()?.flaky) return
    const reason = test.result().errors?.[0]?.message ?? 'no reason given'
    console.log(`*** FLAKY ${test.module.relativeModuleId} > ${test.fullName}: ${reason} ***`)
  }
}
