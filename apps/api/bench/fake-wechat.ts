import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from './contestants/settings.ts'

/**
 * Answers `code2Session` at once and always: the openid is the code itself. The simulator imitates WeChat; this one
 * only has to be cheap, so that what is measured is whoever asks.
 */
const server = createServer((request, response) => {
  const code = /[?&]js_code=([\w-]+)/.exec(request.url ?? '')?.[1]
  const answer = JSON.stringify({ session_key: 'MDEyMzQ1Njc4OWFiY2RlZg==', openid: code })
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(answer) })
  response.end(answer)
})
server.listen(0, '127.0.0.1', () => serve(server.address() as AddressInfo))
