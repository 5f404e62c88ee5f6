/** The API as a process, for tests of what speaks to it. */
export { type ApiProcess, freePort, startApiProcess, temporaryFolder } from './api-process.ts'
export { testKeys } from './keys.ts'
export { highLimits } from './limits.ts'
