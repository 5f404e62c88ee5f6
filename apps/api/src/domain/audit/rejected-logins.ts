import type { ErrorCode } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import type { Database } from '../../infra/database/client.ts'
import { Prisma } from '../../infra/database/generated/client.ts'
import { networkOf } from '../../utils/ip-network.ts'

/**
 * Counts rejected logins that lead to no known user: one row per hour, network, mini program and error. Any client can
 * cause one, so they are written in batches.
 */
export type RejectedLogins = {
  count(login: { ip: string; code: ErrorCode; appId?: string | undefined }): void
  /** Writes the counts. Never rejects: what could not be written stays counted. */
  flush(): Promise<void>
  /** Writes the remaining counts. */
  close(): Promise<void>
}

const flushEveryMs = 10_000
/** Rows per flush; further networks are counted together. */
const maximumRows = 500
const anyNetwork = '0.0.0.0/0'

type Row = { hour: Date; network: string; appId: string; code: ErrorCode; count: number }

export function createRejectedLogins({
  database,
  log,
}: {
  database: Pick<Database, 'query'>
  log: FastifyBaseLogger
}): RejectedLogins {
  let rows = new Map<string, Row>()
  let writing = Promise.resolve()
  const timer = setInterval(() => void flush(), flushEveryMs).unref()

  function add(row: Row): void {
    const key = [row.hour.getTime(), row.network, row.appId, row.code].join()
    const known = rows.get(key)
    if (known) known.count += row.count
    else if (rows.size < maximumRows || row.network === anyNetwork) rows.set(key, row)
    else add({ ...row, network: anyNetwork })
  }

  /** Serialized, so that `close` waits for every flush. */
  function flush(): Promise<void> {
    writing = writing.then(write)
    return writing
  }

  async function write(): Promise<void> {
    if (rows.size === 0) return
    const taken = [...rows.values()]
    rows = new Map()
    // Sorted, so that two instances cannot deadlock.
    taken.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
    try {
      await database.query`
        INSERT INTO rejected_logins (hour, network, app_id, code, count) VALUES ${Prisma.join(taken.map(valuesOf))}
        ON CONFLICT (hour, network, app_id, code) DO UPDATE SET count = rejected_logins.count + excluded.count`
    } catch (error) {
      log.error({ err: error }, 'failed to write the counts of rejected logins; the next flush retries')
      for (const row of taken) add(row)
    }
  }

  return {
    count: ({ ip, code, appId = '' }) =>
      add({ hour: startOfHour(), network: networkOf(ip), appId, code, count: 1 }),
    flush,
    async close() {
      clearInterval(timer)
      await flush()
    },
  }
}

const valuesOf = ({ hour, network, appId, code, count }: Row) =>
  Prisma.sql`(${hour}::timestamptz, ${network}::inet, ${appId}, ${code}, ${count}::int)`

function startOfHour(): Date {
  const hour = new Date()
  hour.setUTCMinutes(0, 0, 0)
  return hour
}
