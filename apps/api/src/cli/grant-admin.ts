import { parseArgs } from 'node:util'
import { validate as isUuid } from 'uuid'
import { loadConfig } from '../config/config.ts'
import { appendAuditEntry } from '../domain/audit/audit-log.ts'
import { createRevoke } from '../domain/sessions/revoker.ts'
import { openDatabase } from '../infra/database/client.ts'
import { findMigrationsFolder } from '../infra/database/migrations-folder.ts'
import { queryIn } from '../infra/database/query.ts'
import { createLog } from '../infra/logging/logger.ts'

/**
 * The command line that makes the first admin, who then makes the others: whoever can run it has the database
 * anyway, and no default password has to be changed. Instances that run know within a second.
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
    const revoke = createRevoke({ database, revocationList: { add() {} } })
    const { prisma } = database
    const user = await prisma.user.findUnique({ where: { id: userId } })
    if (!user || user.status === 'deleted') throw new Error(`there is no user ${userId} in this database`)
    if (user.role === role) return `${userId} is ${described[role]} already`
    await revoke.tokensOf(
      userId,
      {},
      {
        async change(transaction) {
          await transaction.user.update({ where: { id: userId }, data: { role } })
          const data = { from: user.role, to: role, by: 'command line' }
          await appendAuditEntry(queryIn(transaction), { type: 'role_changed', userId, data })
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
    // An option that is none: the usage says what there is.
  }
  throw new Error(usage)
}

try {
  process.stdout.write(`${await main()}\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
