import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A proxy that tunnels by CONNECT, for those who have its credentials. */
export async function startForwardProxy({ user, password }: { user: string; password: string }) {
  const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const targets: string[] = []
  const sockets = new Set<Socket>()
  let refused = 0
  let isSilent = false
  const server = createServer((_request, response) => response.writeHead(405).end())
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket)).on('error', () => {})
  })
  server.on('connect', ({ url = '', headers }, client: Socket) => {
    if (isSilent) return
    if (headers['proxy-authorization'] !== expected) {
      refused += 1
      return client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    }
    targets.push(url)
    const [host, port] = url.split(':')
    const target = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      target.pipe(client).pipe(target)
    })
    target.on('error', () => client.destroy())
    client.on('error', () => target.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${port}`,
    /** What was connected to, in order. */
    targets,
    refused: () => refused,
    /** Takes connections from now on, and says nothing. */
    beSilent() {
      isSilent = true
      for (const socket of sockets) socket.destroy()
    },
  }
}
