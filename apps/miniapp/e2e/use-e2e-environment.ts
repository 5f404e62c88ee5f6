import { afterAll, afterEach, beforeAll } from 'vitest'
import { type Surroundings, type SurroundingsOptions, startSurroundings } from './phone.ts'

/**
 * The surroundings of the `describe` block that calls this: started before its first test and closed after its last. After
 * each test its phones are closed and WeChat works as usual.
 *
 * @returns what hooks and tests may use; it is empty until the block begins.
 */
export function useSurroundings(options?: SurroundingsOptions): Surroundings {
  const world: Partial<Surroundings> = {}
  beforeAll(async () => {
    Object.assign(world, await startSurroundings(options))
  })
  afterEach(async () => {
    await world.closePhones?.()
    await world.setFault?.(null)
  })
  afterAll(() => world.close?.())
  return world as Surroundings
}
