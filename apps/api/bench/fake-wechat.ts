import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { reportToBenchmark } from './server-settings.ts'

/** Answers every `code2Session` at once, with the code as the openid. The simulator would cost more than the servers. */
const server = createServer((request, response) => {
  const code = /[?&]js_code=([\w-]+)/.exec(request.url ?? '')?.[1]
  const body = JSON.stringify({ session_key: 'MDEyMzQ1Njc4OWFiY2RlZg==', openid: code })
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) })
  response.end(body)
})
server.listen(0, '127.0.0.1', () => reportToBenchmark(server.address() as AddressInfo))
