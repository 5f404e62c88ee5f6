import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DatabaseServer } from '../../src/infra/database/connection.ts'
import { startEmbeddedPostgres } from '../../src/infra/database/pglite.ts'
import { temporaryFolder } from '../support/api-process.ts'

describe('the embedded database', () => {
  let place: Awaited<ReturnType<typeof temporaryFolder>>
  let server: DatabaseServer
  beforeAll(async () => {
    place = await temporaryFolder()
    server = await startEmbeddedPostgres(`${place.folder}/data`)
  })
  afterAll(async () => {
    await server.stop()
    await place.remove()
  })

  async function connected<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const client = new pg.Client(server.connection)
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }

  it('lets a new connection use the statement names of the previous one', async () => {
    const named = (client: pg.Client) => client.query({ name: 'the-same', text: 'SELECT 1 AS one' })
    await connected(named)
    expect((await connected(named)).rows).toEqual([{ one: 1 }])
  })

  it('resets what a connection left open: its transaction, locks and settings', async () => {
    await connected(async (client) => {
      await client.query('CREATE TABLE kept (id int)')
      await client.query("SET application_name = 'left behind'; SELECT pg_advisory_lock(7)")
      await client.query('BEGIN')
      await client.query('INSERT INTO kept VALUES (1)')
    })
    await connected(async (client) => {
      expect((await client.query('SELECT * FROM kept')).rows).toEqual([])
      expect((await client.query('SHOW application_name')).rows).not.toEqual([
        { application_name: 'left behind' },
      ])
      expect((await client.query("SELECT * FROM pg_locks WHERE locktype = 'advisory'")).rows).toEqual([])
    })
  })

  it('transfers what is larger than one chunk, in both directions', async () => {
    const text = '登录'.repeat(500_000)
    const { rows } = await connected((client) => client.query('SELECT $1::text AS text', [text]))
    expect(rows[0].text).toBe(text)
  })

  it('rejects a second process', async () => {
    await expect(startEmbeddedPostgres(`${place.folder}/data`)).rejects.toThrow(/is in use by process/)
  })
})
