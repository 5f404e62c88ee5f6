import { variableNames } from '../../src/config/schema.ts'

/** For tests that are not about limits: every request is counted, and none is rejected. */
export const highLimits: Record<string, string> = Object.fromEntries(
  variableNames.filter((name) => name.startsWith('LIMIT_')).map((name) => [name, '1000000000']),
)
