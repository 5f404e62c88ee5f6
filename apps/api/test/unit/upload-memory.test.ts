import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createUploadMemory } from '../../src/http/upload-memory.ts'

describe('the memory of uploads', () => {
  let now = 0
  beforeEach(() => {
    now = 0
    vi.spyOn(performance, 'now').mockImplementation(() => now)
  })
  afterEach(() => void vi.restoreAllMocks())

  it('rejects an upload that needs more than there is, and accepts others once bytes are free', () => {
    const { reserve } = createUploadMemory(100)
    const [first, second] = [reserve(), reserve()]
    expect(first.add(60)).toBe(true)
    expect(second.add(60)).toBe(false)
    expect([first.isDropped(), second.isDropped()]).toEqual([false, true])
    expect(second.add(1), 'refused once and for all').toBe(false)
    first.release()
    expect(reserve().add(100)).toBe(true)
  })

  it('takes memory from slow uploads, the oldest first, and from no more than needed', () => {
    const { reserve } = createUploadMemory(100)
    const [oldest, old] = [reserve(), reserve()]
    const dropped: string[] = []
    oldest.onDrop(() => dropped.push('oldest'))
    old.onDrop(() => dropped.push('old'))
    oldest.add(50)
    old.add(50)
    now = 9_999
    expect(reserve().add(1), 'none is slow yet').toBe(false)
    now = 10_001
    expect(reserve().add(40)).toBe(true)
    expect(dropped).toEqual(['oldest'])
    expect([oldest.isDropped(), old.isDropped()]).toEqual([true, false])
  })

  it('never takes memory from a complete upload', () => {
    const { reserve } = createUploadMemory(100)
    const arrived = reserve()
    arrived.add(100)
    arrived.complete()
    now = 60_000
    expect(reserve().add(1)).toBe(false)
    expect(arrived.isDropped()).toBe(false)
    arrived.release()
    expect(reserve().add(100)).toBe(true)
  })

  it('counts an upload once when it is rejected and then released', () => {
    const { reserve } = createUploadMemory(100)
    const slow = reserve()
    slow.add(90)
    now = 20_000
    const next = reserve()
    next.add(90)
    slow.release()
    expect(reserve().add(20), 'the next one still holds its bytes').toBe(false)
  })
})
