import { afterAll, vi } from 'vitest'
import { restartUsers } from './next-user.ts'

// A worker runs many files with the same modules, so each file starts from the same state.
restartUsers()
afterAll(() => {
  vi.useRealTimers()
})
