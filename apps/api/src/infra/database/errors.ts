/** Node's codes of a connection that could not be made, or broke. */
const networkCodes = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'ENOTCONN',
  'ENOTFOUND',
  'EPIPE',
  'EPROTO',
  'ETIMEDOUT',
])

/** Codes of a TLS connection whose certificate is not trusted. */
const certificateCode =
  /^(CERT_|CRL_|DEPTH_ZERO_|ERR_TLS_|HOSTNAME_MISMATCH|INVALID_CA|SELF_SIGNED_|UNABLE_TO_)/

/**
 * SQLSTATE classes and codes of a database that is temporarily unavailable: connection exceptions (PgBouncer's included),
 * no access, no resources, operator intervention or timeout, system error; read-only, transaction idle or running for too
 * long, lock timeout, unknown database.
 */
const unavailableState = /^((08|28|53|57|58)[\dA-Z]{3}|25006|25P03|25P04|55P03|3D000)$/

/** PostgreSQL rolled the transaction back because of concurrent ones: it may be retried. */
const conflictState = /^(40001|40P01)$/

/** Prisma's codes, and the names of its adapter where Prisma has no code. */
const prismaUnavailable = new Set([
  // No access, unreachable, no such database, timed out, denied, no TLS, connection closed, pool exhausted, not started in time.
  'P1000',
  'P1001',
  'P1002',
  'P1003',
  'P1008',
  'P1010',
  'P1011',
  'P1017',
  'P2024',
  'P2028',
  'P2037',
  'AuthenticationFailed',
  'ConnectionClosed',
  'DatabaseAccessDenied',
  'DatabaseDoesNotExist',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TlsConnectionError',
  'TooManyConnections',
])
const prismaConflict = new Set(['P2034', 'TransactionWriteConflict'])

/** node-postgres has no code for these. */
const unavailableMessage =
  /Connection terminated|not queryable|timeout exceeded when trying to connect|timeout expired|Query read timeout|SSL connection/

/** Whether the database is temporarily unavailable, as opposed to a wrong query. */
export const isDatabaseUnavailable = (error: unknown): boolean =>
  isConflict(error) ||
  someCause(error, ({ code, originalCode, kind, message, syscall }) => {
    // A socket file of a server on this machine fails with other codes.
    if (syscall === 'connect' || syscall === 'getaddrinfo') return true
    if (typeof message === 'string' && unavailableMessage.test(message)) return true
    return [code, originalCode, kind].some(
      (name) =>
        typeof name === 'string' &&
        (networkCodes.has(name) ||
          certificateCode.test(name) ||
          unavailableState.test(name) ||
          prismaUnavailable.has(name)),
    )
  })

/** Whether PostgreSQL rolled a transaction back because of concurrent ones, so that a retry may succeed. */
export const isConflict = (error: unknown): boolean =>
  someCause(error, ({ code, originalCode, kind }) =>
    [code, originalCode, kind].some(
      (name) => typeof name === 'string' && (conflictState.test(name) || prismaConflict.has(name)),
    ),
  )

/** The SQLSTATEs and Node codes of an error and its causes. */
export function codesOf(error: unknown): string[] {
  const codes: string[] = []
  someCause(error, ({ code, originalCode }) => {
    for (const name of [originalCode, code]) if (typeof name === 'string') codes.push(name)
    return false
  })
  return codes
}

/** Whether the test holds for an error or one of its causes; Prisma nests the driver's error in `meta`. */
function someCause(error: unknown, test: (error: Record<string, unknown>) => boolean): boolean {
  for (let current = error, depth = 0; isObject(current) && depth < 8; depth += 1) {
    if (test(current)) return true
    current = current.cause ?? (isObject(current.meta) ? current.meta.driverAdapterError : undefined)
  }
  return false
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Whether an error of PostgreSQL or Prisma says that another row has this value of a unique column. */
export function isUniqueViolation(error: unknown, column: string): boolean {
  return someCause(error, ({ code, constraint, meta }) => {
    if (code === '23505') return String(constraint).includes(column)
    return code === 'P2002' && JSON.stringify(meta ?? {}).includes(column)
  })
}
