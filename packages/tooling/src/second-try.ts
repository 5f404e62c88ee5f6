import type { Reporter } from 'vitest/node'

/**
 * For tests that start processes and browsers or wait for a real clock. In CI one that fails is tried once more, so that
 * a machine which stood still for a moment does not hide what the other thousands say. It is named loudly either way:
 * such a test has a fault, or has found one. On a developer's machine nothing is tried twice.
 */
export const retry = process.env.CI === 'true' ? 1 : 0

const namesSecondTries: Reporter = {
  onTestCaseResult(test) {
    if (!test.diagnostic()?.flaky) return
    const reason = test.result().errors?.[0]?.message ?? 'no reason given'
    console.log(`*** SECOND TRY ${test.module.relativeModuleId} > ${test.fullName}: ${reason} ***`)
  },
}

/** Vitest's own, and a line for each test that passed only at its second try. */
export const reporters: Array<'default' | Reporter> = ['default', namesSecondTries]
