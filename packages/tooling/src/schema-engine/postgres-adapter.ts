import {
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlQuery,
  type SqlResultSet,
  type Transaction,
} from '@prisma/driver-adapter-utils'
import { columnTypeOf, parseColumn } from './column-types.ts'
import type { PostgresSession } from './postgres-session.ts'

const identity = { provider: 'postgres', adapterName: '@prisma/adapter-pg' } as const

/** Prisma's driver adapter on one PostgreSQL session, since the engine's advisory locks belong to a session. */
export function postgresAdapter(session: PostgresSession): SqlDriverAdapter {
  const queries = {
    ...identity,
    queryRaw: (query: SqlQuery) => translatingErrors(() => queryRaw(session, query)),
    executeRaw: ({ sql, args }: SqlQuery) =>
      translatingErrors(async () => (await session.query(sql, args)).affectedRows),
  }
  const run = (script: string) => translatingErrors(() => session.run(script))
  return {
    ...queries,
    executeScript: run,
    startTransaction: async (): Promise<Transaction> => {
      await run('BEGIN')
      return {
        ...queries,
        options: { usePhantomQuery: true },
        commit: () => run('COMMIT'),
        rollback: () => run('ROLLBACK'),
      }
    },
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    dispose: () => session.close(),
  }
}

async function queryRaw(session: PostgresSession, { sql, args }: SqlQuery): Promise<SqlResultSet> {
  const { columns, rows } = await session.query(sql, args)
  return {
    columnNames: columns.map(({ name }) => name),
    columnTypes: columns.map(({ name, oid }) => {
      const type = columnTypeOf(oid)
      if (type === undefined) {
        throw new DriverAdapterError({ kind: 'UnsupportedNativeDataType', type: `${name} (OID ${oid})` })
      }
      return type
    }),
    rows: rows.map((row) => columns.map(({ oid }, index) => parseColumn(oid, row[index] ?? null))),
  }
}

/**
 * The engine identifies an error by its SQLSTATE, and shows its message. A broken connection has no SQLSTATE and gets
 * PostgreSQL's "internal error".
 */
async function translatingErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DriverAdapterError) throw error
    const { code, severity, message, detail, column, hint } = error as Error &
      Record<string, string | undefined>
    const known = code && severity ? { code, severity } : { code: 'XX000', severity: 'FATAL' }
    throw new DriverAdapterError({ kind: 'postgres', ...known, message, detail, column, hint })
  }
}
