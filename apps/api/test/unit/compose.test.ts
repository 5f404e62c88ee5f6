import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { apiVariableNames } from '../../src/config/schema.ts'

const repository = join(import.meta.dirname, '../../../..')

/**
 * The image says that it is in production mode, which a `.env` of development must not undo; a rehearsal is of a simulator on
 * this machine, which a container does not reach.
 */
const withheld = ['NODE_ENV', 'ALLOW_SIMULATOR_IN_PRODUCTION']

it('compose.yaml passes every variable of the API to the container, except those that only weaken it', async () => {
  const compose = await readFile(join(repository, 'compose.yaml'), 'utf8')
  const [, api = ''] = /\n {2}api:\n([\s\S]*?)\n {2}[a-z]+:\n/.exec(compose) ?? []
  const [, environment = ''] = /\n {4}environment:\n((?: {6}.*\n)+)/.exec(api) ?? []
  const passed = new Set([...environment.matchAll(/^ {6}(\w+):/gm)].map(([, name]) => name))
  expect(apiVariableNames.filter((name) => !passed.has(name))).toEqual(withheld)
  expect([...passed].filter((name) => !(apiVariableNames as (string | undefined)[]).includes(name))).toEqual(
    [],
  )
})
