import { describe, expect, it } from 'vitest'
import { singleFlight } from '../../src/session/single-flight.ts'

/** Work that a test finishes piece by piece, in any order. */
function pieces() {
  const settle: { resolve: (value: string) => void; reject: (error: Error) => void }[] = []
  const work = () => new Promise<string>((resolve, reject) => settle.push({ resolve, reject }))
  return { settle, shared: singleFlight(work) }
}

describe('singleFlight', () => {
  it('shares one run between parallel calls, and runs again later', async () => {
    const { settle, shared } = pieces()
    const both = [shared.run(), shared.run()]
    settle[0]?.resolve('first')
    expect(await Promise.all(both)).toEqual(['first', 'first'])
    void shared.run()
    expect(settle).toHaveLength(2)
  })

  it('runs again after a failure', async () => {
    const { settle, shared } = pieces()
    const failed = shared.run()
    settle[0]?.reject(new Error('no'))
    await expect(failed).rejects.toThrow('no')
    void shared.run()
    expect(settle).toHaveLength(2)
  })

  it('reset does not end the sharing of the next run', async () => {
    const { settle, shared } = pieces()
    const late = shared.run()
    shared.reset()
    const current = shared.run()
    settle[0]?.resolve('late')
    await late
    expect(shared.run()).toBe(current)
    expect(settle).toHaveLength(2)
  })
})
