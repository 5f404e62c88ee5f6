import { createDecipheriv, createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export const token = 'AAAAA'
export const encodingAesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'

export type Received = { method: string; query: Record<string, string>; body: string }

/** A server that receives WeChat's messages and responds as the test says. */
export async function startReceiver(
  answer: (response: ServerResponse, received: Received, times: number) => void = (response) =>
    response.end('success'),
) {
  const received: Received[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    const query = Object.fromEntries(new URL(request.url ?? '/', 'http://receiver').searchParams)
    const message = { method: request.method ?? '', query, body: await text(request) }
    answer(response, message, received.push(message))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/push?of=ours`, received }
}

/** The signature of a message, by the documentation alone. */
export const signatureOf = (...texts: string[]) =>
  createHash('sha1').update(texts.sort().join('')).digest('hex')

/** A message of safe mode, by the documentation alone. */
export function decrypt(encrypted: string): { message: unknown; appId: string } {
  const key = Buffer.from(`${encodingAesKey}=`, 'base64')
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()])
  const plain = padded.subarray(0, padded.length - (padded.at(-1) ?? 0))
  const end = 20 + plain.readUInt32BE(16)
  return { message: JSON.parse(plain.toString('utf8', 20, end)), appId: plain.toString('utf8', end) }
}
