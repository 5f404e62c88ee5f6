import { parseArgs } from 'node:util'
import { validate as isUuid } from 'uuid'
import { loadConfig } from '../config/config.ts'
import { appendAuditEntry } from '../domain/audit/audit-log.ts'
import { createSessionRevoker } from '../domain/sessions/revoker.ts'
import { openDatabase } from '../infra/database/client.ts'
import { findMigrationsFolder } from '../infra/database/migrate.ts'
import { prismaQuery } from '../infra/database/query.ts'
import { createLog } from '../infra/logging/logger.ts'

/**
 * Grants or revokes the admin role, for the first admin: it needs access to the database, and there is no default admin
 * password. It takes effect on every instance within a second.
 */
const usage = 'usage: admin <user id> [--revoke]    the id stands in the mini program, under 我的'

async function main(): Promise<string> {
  const { userId, role } = readArguments()
  const config = loadConfig()
  const database = await openDatabase(config.database, {
    migrationsFolder: findMigrationsFolder(),
    log: createLog({ environment: config.environment, logLevel: 'silent' }),
  })
  try {
    const revoker = createSessionRevoker({ database, revocationList: { add() {} } })
    const { prisma } = database
    const user = await prisma.user.findUnique({ where: { id: userId } })
    if (!user || user.status === 'deleted') throw new Error(`there is no user ${userId} in this database`)
    if (user.role === role) return `${userId} is ${described[role]} already`
    await revoker.revokeUserTokens(
      userId,
      {},
      {
        async change(transaction) {
          await transaction.user.update({ where: { id: userId }, data: { role } })
          const data = { from: user.role, to: role, by: 'command line' }
          await appendAuditEntry(prismaQuery(transaction), { type: 'role_changed', userId, data })
        },
      },
    )
    return `${userId} is ${described[role]} now`
  } finally {
    await database.close()
  }
}

const described = { admin: 'an admin', user: 'no admin' }

function readArguments(): { userId: string; role: 'admin' | 'user' } {
  try {
    const { values, positionals } = parseArgs({
      options: { revoke: { type: 'boolean', default: false } },
      allowPositionals: true,
    })
    const [userId = '', ...others] = positionals
    if (isUuid(userId) && others.length === 0)
      return { userId: userId.toLowerCase(), role: values.revoke ? 'user' : 'admin' }
  } catch {
    // An unknown option: print the usage.
  }
  throw new Error(usage)
}

try {
  process.stdout.write(`${await main()}\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
