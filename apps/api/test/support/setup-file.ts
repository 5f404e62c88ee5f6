import { afterAll, vi } from 'vitest'
import { restartPeople } from './next-user.ts'

// A worker runs many files with the same modules: what one file left behind, the next one would meet.
restartPeople()
afterAll(() => {
  vi.useRealTimers()
})
