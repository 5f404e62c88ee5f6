import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'prisma/config'
import { throwawayDatabaseUrl } from './packages/tooling/src/schema-engine/throwaway-url.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

// As everywhere: the shell's variables win over .env, and .env over .env.development.
for (const file of [here('.env'), here('.env.development')]) if (existsSync(file)) process.loadEnvFile(file)

// Prisma would download its schema engine from a CDN. Ours is the same engine, from the registry; see
// packages/tooling/src/schema-engine.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= here('packages/tooling/schema-engine.js')

// Prisma reports every command to its makers and asks for newer versions unless it is told not to.
process.env.CHECKPOINT_DISABLE ??= '1'

// Who changes the schema needs no PostgreSQL: `prisma migrate dev` then works on one in memory. Other commands are
// about a database that exists, and say so when none is named. The API's embedded database is not for them.
const isMigrateDev = process.argv.includes('migrate') && process.argv.includes('dev')
const server = /^postgres(ql)?:/.test(process.env.DATABASE_URL ?? '') ? process.env.DATABASE_URL : undefined
const databaseUrl = server ?? (isMigrateDev ? throwawayDatabaseUrl : undefined)

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(databaseUrl && { datasource: { url: databaseUrl } }),
})
