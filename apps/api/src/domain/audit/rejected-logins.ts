import type { ErrorCode } from '@repo/shared'
import type { FastifyBaseLogger } from 'fastify'
import type { Database } from '../../infra/database/client.ts'
import { Prisma } from '../../infra/database/generated/client.ts'
import { networkOf } from '../../utils/ip-network.ts'

/**
 * Counts rejected logins that lead to no known user: one row per hour, network, mini program and error. Anybody can cause
 * one, so none is written by itself.
 */
export type RejectedLogins = {
  count(login: { ip: string; code: ErrorCode; appId?: string | undefined }): void
  /** Writes what was counted. Never rejects: what cannot be written is counted on. */
  flush(): Promise<void>
  /** Writes what is left. */
  close(): Promise<void>
}

const flushEveryMs = 10_000
/** Of what one flush writes; the networks beyond are counted together. */
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

  /** One after the other, so that `close` waits for all. */
  function flush(): Promise<void> {
    writing = writing.then(write)
    return writing
  }

  async function write(): Promise<void> {
    if (rows.size === 0) return
    const taken = [...rows.values()]
    rows = new Map()
    // In one order, so that two instances never wait for each other.
    taken.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
    try {
      await database.query`
        INSERT INTO rejected_logins (hour, network, app_id, code, count) VALUES ${Prisma.join(taken.map(valuesOf))}
        ON CONFLICT (hour, network, app_id, code) DO UPDATE SET count = rejected_logins.count + excluded.count`
    } catch (error) {
      log.error({ err: error }, 'the count of rejected logins could not be written; the next try writes it')
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
