import { afterAll, beforeAll } from 'vitest'
import { startWorld, type World } from './test-app.ts'

/**
 * The world of the `describe` block that calls this: started before its first test and closed after its last.
 *
 * @returns what hooks and tests may use; it is empty until the block begins.
 */
export function useWorld(start: () => Promise<World> = startWorld): World {
  const world: Partial<World> = {}
  beforeAll(async () => {
    Object.assign(world, await start())
  })
  afterAll(() => world.close?.())
  return world as World
}
