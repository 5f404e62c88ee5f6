import { openMigrationClient } from '../../src/infra/database/client.ts'
import { migrate } from '../../src/infra/database/migrate.ts'

/**
 * Migrates the database of a server and kills itself, as `kill -9` would, before or after the given statement.
 * Exits with code 0 when there was no such statement.
 */
const [url = '', folder = '', deathAt = ''] = process.argv.slice(2)
const client = await openMigrationClient({ connectionString: url })
let statements = 0
const dieIfTold = (moment: 'before' | 'after') => {
  if (deathAt === `${moment}-${statements}`) process.kill(process.pid, 'SIGKILL')
}
await migrate(
  {
    async query(sql, values) {
      statements += 1
      dieIfTold('before')
      const result = await client.query(sql, values)
      dieIfTold('after')
      return result
    },
  },
  folder,
)
await client.end()
