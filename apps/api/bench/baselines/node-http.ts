import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSigner, createVerifier } from 'fast-jwt'
import { authenticatedPath } from '../scenarios.ts'
import { readSettings, reportToBenchmark } from '../server-settings.ts'
import { createMinimalLogin } from './minimal-login.ts'

/** The minimal login without a framework. */
const settings = readSettings()
const { logIn, findUser } = await createMinimalLogin(settings)

const key = settings.accessTokenKeys
const sign = createSigner({ key, algorithm: 'HS256', expiresIn: 600_000 })
const verify = createVerifier({ key, algorithms: ['HS256'] })

async function respondTo(request: IncomingMessage): Promise<unknown> {
  if (request.url === '/v1/auth/login') {
    const { code } = await readJson(request)
    const user = await logIn(code)
    return { accessToken: sign({ sub: user.id }), user }
  }
  const userId: string = verify(request.headers.authorization?.slice('Bearer '.length) ?? '').sub
  return request.url === authenticatedPath ? { userId } : findUser(userId)
}

async function readJson(request: IncomingMessage) {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

const server = createServer((request, response) => {
  respondTo(request).then(
    (body) => send(response, 200, body),
    (error: Error) => send(response, 500, { message: error.message }),
  )
})
server.listen(0, '127.0.0.1', () => reportToBenchmark(server.address() as AddressInfo))
