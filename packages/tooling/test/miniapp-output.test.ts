import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { lockOutput } from '../src/miniapp-output.js'

it('locks a build folder when its parent does not exist yet', () => {
  const miniapp = mkdtempSync(join(tmpdir(), 'miniapp-output-'))
  onTestFinished(() => rmSync(miniapp, { recursive: true }))
  const lock = lockOutput(miniapp, 'dist-of-a-test/weapp')
  if ('issue' in lock) throw new Error(lock.issue)
  expect(existsSync(join(miniapp, 'dist-of-a-test/weapp.lock'))).toBe(true)
  lock.release()
  expect(existsSync(join(miniapp, 'dist-of-a-test/weapp.lock'))).toBe(false)
})
