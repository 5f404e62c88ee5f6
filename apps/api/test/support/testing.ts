/** The API as a process, for tests of what speaks to it. */

export { freePort } from '@repo/tooling/free-port'
export { type ApiProcess, nodeCommand, startApiProcess, temporaryDatabase } from './api-process.ts'
export { testKeys } from './keys.ts'
export { highLimits } from './limits.ts'
