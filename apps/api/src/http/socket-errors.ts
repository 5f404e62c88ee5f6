import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { ApiError } from '../utils/api-error.ts'
import { problemType, toProblem } from './errors.ts'

/** Answers are for one client, and are what they say they are. No CORS headers: a mini program needs none. */
export const answerHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }

const lingerMs = 1000

/** What never becomes a whole request gets its answer here, and the connection ends. */
export function refuseOnSocket(socket: Socket, error: ApiError): void {
  const problem = toProblem(error, randomUUID())
  const body = JSON.stringify(problem)
  const headers = {
    ...answerHeaders,
    'content-type': problemType,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  // Destroyed once the answer can have been read: a client that never closes its side would hold it for ever.
  setTimeout(() => socket.destroy(), lingerMs).unref()
  socket.end(`HTTP/1.1 ${problem.status} ${problem.title}\r\n${lines.join('')}\r\n${body}`)
}
