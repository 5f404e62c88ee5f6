import type { ServerResponse } from 'node:http'
import type { Build, Builds } from './builds.ts'

const keepAliveMs = 15_000

/** `GET /__preview/events`: the build's version now and after each change, as server-sent events. */
export async function streamVersions(response: ServerResponse, builds: Builds): Promise<void> {
  const send = ({ version }: Build) => response.write(`data: ${JSON.stringify({ version })}\n\n`)
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  send(await builds.current())
  if (response.destroyed) return
  const unsubscribe = builds.subscribe(send)
  const keepAlive = setInterval(() => response.write(':\n\n'), keepAliveMs).unref()
  response.once('close', () => {
    unsubscribe()
    clearInterval(keepAlive)
  })
}
