import { connect, createServer, type Socket } from 'node:net'

/** A wire to a server that a test can cut, silence in both directions or in that of the answers, and mend. */
export async function startBreakableProxy(target: URL) {
  const sockets = new Set<Socket>()
  let mode: 'open' | 'cut' | 'silent' | 'deaf' = 'open'
  const server = createServer((client) => {
    if (mode === 'cut') return void client.destroy()
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.on('data', (chunk) => mode === 'silent' || upstream.write(chunk))
    upstream.on('data', (chunk) => mode === 'silent' || mode === 'deaf' || client.write(chunk))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const url = new URL(target)
  url.hostname = '127.0.0.1'
  url.port = String(port)

  const destroyAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: url.href,
    cut() {
      mode = 'cut'
      destroyAll()
    },
    silence() {
      mode = 'silent'
    },
    /** What is asked arrives and is done, and nobody hears the answer. */
    deafen() {
      mode = 'deaf'
    },
    mend() {
      mode = 'open'
      destroyAll()
    },
    async close() {
      destroyAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
