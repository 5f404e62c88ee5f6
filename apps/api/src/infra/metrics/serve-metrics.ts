import { once } from 'node:events'
import { createServer } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Registry } from 'prom-client'
import { ConfigError } from '../../config/config.ts'

/**
 * Serves `GET /metrics` on a port of its own while the app runs, so that clients of the API cannot read the metrics.
 *
 * @throws ConfigError at the app's start, when the port cannot be opened.
 */
export function serveMetrics(
  app: FastifyInstance,
  registry: Registry,
  { host, port }: { host: string; port: number },
): void {
  const server = createServer({ requestTimeout: 10_000 }, async (request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') return response.writeHead(404).end()
    try {
      response.setHeader('content-type', registry.contentType)
      response.end(await registry.metrics())
    } catch (error) {
      app.log.error({ err: error }, 'the metrics could not be read')
      response.writeHead(500).end()
    }
  })
  app.addHook('onReady', async () => {
    try {
      server.listen(port, host)
      await once(server, 'listening')
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      throw new ConfigError([`METRICS_PORT: cannot listen on ${host}:${port} (${code})`])
    }
  })
  app.addHook('onClose', async () => {
    server.close()
    server.closeAllConnections()
  })
}
