import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../src/config/config.ts'

const repository = join(import.meta.dirname, '../../../..')

/** The variables that the API reads: all that `readConfig` asks for, whatever it gets. */
function variablesOfApi(): Set<string> {
  const asked = new Set<string>()
  const recorded = (values: Record<string, string>) =>
    new Proxy(values, {
      get(target, name) {
        asked.add(String(name))
        return target[String(name)]
      },
    })
  // Some are read only where another one is set, or in production.
  const switches = { S3_BUCKET_URL: 'https://bucket.test', METRICS_PORT: '9464', NODE_ENV: 'production' }
  for (const values of [{}, switches] as Record<string, string>[]) {
    try {
      readConfig(recorded(values))
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
    }
  }
  return asked
}

/**
 * The image says that it is in production mode, which a `.env` of development must not undo; a rehearsal is of a simulator on
 * this machine, which a container does not reach.
 */
const withheld = ['NODE_ENV', 'ALLOW_SIMULATOR_IN_PRODUCTION']

it('passes every documented variable of the API to the container, but those that only weaken it', async () => {
  const example = await readFile(join(repository, '.env.example'), 'utf8')
  const documented = new Set([...example.matchAll(/^#([A-Z][A-Z\d_]*)=/gm)].map(([, name]) => name))
  const asked = variablesOfApi()
  const expected = [...documented].filter((name) => name !== undefined && asked.has(name))
  expect(expected.length).toBeGreaterThan(40)

  const compose = await readFile(join(repository, 'compose.yaml'), 'utf8')
  const [, api = ''] = /\n {2}api:\n([\s\S]*?)\n {2}[a-z]+:\n/.exec(compose) ?? []
  const [, environment = ''] = /\n {4}environment:\n((?: {6}.*\n)+)/.exec(api) ?? []
  const passed = new Set([...environment.matchAll(/^ {6}(\w+):/gm)].map(([, name]) => name))
  expect(expected.filter((name) => !passed.has(name))).toEqual(withheld)
  expect([...passed].filter((name) => !documented.has(name))).toEqual([])
})
