import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSigner, createVerifier } from 'fast-jwt'
import { authenticatedPath } from '../scenarios.ts'
import { createPlainLogin, keysOf, type PlainClaims } from './plain-login.ts'
import { readSettings, serve } from './settings.ts'

/** The least that does the work: no framework, no ORM, no validation, no log, no limits. */
const settings = readSettings()
const { logIn, currentUser } = await createPlainLogin(settings)

const keys = keysOf(settings.accessTokenKeys)
const signer = createSigner({
  key: keys[0].secret,
  algorithm: 'HS256',
  kid: keys[0].id,
  iss: 'benchmark',
  aud: 'api',
  expiresIn: 600_000,
})
const verifiers = new Map(
  keys.map(({ id, secret }) => [
    headerOf(createSigner({ key: secret, algorithm: 'HS256', kid: id })({})),
    createVerifier({ key: secret, algorithms: ['HS256'], allowedIss: 'benchmark', allowedAud: 'api' }),
  ]),
)

function headerOf(token: string): string {
  return token.slice(0, token.indexOf('.'))
}

function verify({ headers }: IncomingMessage): PlainClaims {
  const token = headers.authorization?.slice('Bearer '.length) ?? ''
  const verifier = verifiers.get(headerOf(token))
  if (!verifier) throw new Error('no key of ours')
  return verifier(token)
}

async function readJson(request: IncomingMessage) {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}

async function answer(request: IncomingMessage): Promise<unknown> {
  if (request.url === '/v1/me') return currentUser(verify(request))
  if (request.url === authenticatedPath) return { userId: verify(request).sub }
  return logIn(await readJson(request), request.socket.remoteAddress ?? '', signer)
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
  answer(request).then(
    (body) => send(response, 200, body),
    (error: Error) => send(response, 500, { message: error.message }),
  )
})
server.listen(0, '127.0.0.1', () => serve(server.address() as AddressInfo))
