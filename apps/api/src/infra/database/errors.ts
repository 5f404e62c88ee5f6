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

/** What a TLS connection fails with when the certificate is not trusted (any more). */
const certificateCode =
  /^(CERT_|CRL_|DEPTH_ZERO_|ERR_TLS_|HOSTNAME_MISMATCH|INVALID_CA|SELF_SIGNED_|UNABLE_TO_)/

/**
 * The SQLSTATE classes and codes that mean: not now, for a reason outside of this request. Connection exceptions (PgBouncer's
 * own errors are among them), no access, no resources, an operator's intervention or a timeout, an error of the system;
 * read-only, idle for too long in a transaction, a transaction that took too long, a lock that was not free in time, no
 * such database.
 */
const unavailableState = /^((08|28|53|57|58)[\dA-Z]{3}|25006|25P03|25P04|55P03|3D000)$/

/** A transaction that PostgreSQL rolled back because of others: it may be run again. */
const conflictState = /^(40001|40P01)$/

/** Prisma's own codes, and its adapter's words where Prisma has no code. */
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

/** node-postgres says these in words only. */
const unavailableMessage =
  /Connection terminated|not queryable|timeout exceeded when trying to connect|timeout expired|Query read timeout|SSL connection/

/** Whether an error says that the database cannot serve at the moment, rather than that we asked wrongly. */
export const isDatabaseUnavailable = (error: unknown): boolean =>
  isConflict(error) ||
  someCause(error, ({ code, originalCode, kind, message, syscall }) => {
    // Of a socket, such as that of a server on this machine, which is a file.
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

/** Whether PostgreSQL rolled a transaction back because of others, so that it may succeed when it is run again. */
export const isConflict = (error: unknown): boolean =>
  someCause(error, ({ code, originalCode, kind }) =>
    [code, originalCode, kind].some(
      (name) => typeof name === 'string' && (conflictState.test(name) || prismaConflict.has(name)),
    ),
  )

/** The SQLSTATE or the code of Node that an error or one of its causes has. */
export function codesOf(error: unknown): string[] {
  const codes: string[] = []
  someCause(error, ({ code, originalCode }) => {
    for (const name of [originalCode, code]) if (typeof name === 'string') codes.push(name)
    return false
  })
  return codes
}

/** Whether it is true of an error or of one of its causes; Prisma keeps the driver's error elsewhere. */
function someCause(error: unknown, test: (error: Record<string, unknown>) => boolean): boolean {
  for (let current = error, depth = 0; isObject(current) && depth < 8; depth += 1) {
    if (test(current)) return true
    current = current.cause ?? (isObject(current.meta) ? current.meta.driverAdapterError : undefined)
  }
  return false
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Whether an error says that another row has this value of a unique column: of PostgreSQL, or as Prisma tells it. */
export function isTaken(error: unknown, column: string): boolean {
  return someCause(error, ({ code, constraint, meta }) => {
    if (code === '23505') return String(constraint).includes(column)
    return code === 'P2002' && JSON.stringify(meta ?? {}).includes(column)
  })
}
