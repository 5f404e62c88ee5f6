import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Systems assign ports, also to connections, from 32768 upwards (Linux) or 49152 (macOS, Windows). */
const firstPort = 20_000
const endOfPorts = 32_000

/**
 * A port of the loopback interface for a server that starts later, and perhaps restarts. It is outside of the range that
 * the system assigns to connections or other servers in between.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(firstPort, endOfPorts)
    if (await canListen(port)) return port
  }
  throw new Error(`No port from ${firstPort} to ${endOfPorts - 1} is free`)
}

/** Whether this process could listen on the port of the loopback interface now. */
export function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => resolve(true)))
  })
}
