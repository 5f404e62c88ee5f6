/** The codes of Node, PostgreSQL and Prisma that mean: not now, for a reason outside of this request. */
const unavailable = new Set([
  // Node: the connection could not be made, or broke.
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  // PostgreSQL: connection exceptions, too many connections, starting or stopping, statement timeout, lock timeout.
  '08000',
  '08003',
  '08006',
  '53300',
  '57P01',
  '57P02',
  '57P03',
  '57014',
  '55P03',
  // Prisma: unreachable, timed out, connection closed, pool exhausted, transaction not started in time.
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  'P2037',
  // Prisma's adapter, for raw SQL, where Prisma itself gives no code.
  'ConnectionClosed',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TooManyConnections',
])

/** node-postgres says these in words only. */
const unavailableMessage =
  /Connection terminated|not queryable|timeout exceeded when trying to connect|Query read timeout/

/** Whether an error says that the database cannot be reached or is overloaded, rather than that we asked wrongly. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (let current = error, depth = 0; isObject(current) && depth < 8; depth += 1) {
    const { code, originalCode, kind, message } = current
    if ([code, originalCode, kind].some((name) => unavailable.has(String(name)))) return true
    if (typeof message === 'string' && unavailableMessage.test(message)) return true
    current = current.cause ?? (isObject(current.meta) ? current.meta.driverAdapterError : undefined)
  }
  return false
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Whether an error says that another row has this value of a unique column: of PostgreSQL, or as Prisma tells it. */
export function isTaken(error: unknown, column: string): boolean {
  for (let current = error, depth = 0; isObject(current) && depth < 8; depth += 1) {
    const { code, constraint, meta } = current
    if (code === '23505') return String(constraint).includes(column)
    if (code === 'P2002') return JSON.stringify(meta ?? {}).includes(column)
    current = current.cause
  }
  return false
}
