import type { IncomingMessage } from 'node:http'
import { readText } from '@repo/tooling/local-http'

/** The JSON object that a server sends to WeChat. */
export type JsonBody = Readonly<Record<string, unknown>>

/** The posted JSON object, or the errcode: another method, an empty body, no JSON object. */
export async function readJsonBody(request: IncomingMessage): Promise<JsonBody | 43002 | 44002 | 47001> {
  if (request.method !== 'POST') return 43002
  const text = await readText(request)
  if (text === '') return 44002
  return parseObject(text) ?? 47001
}

export const isNonEmptyString = (value: unknown): value is string => typeof value === 'string' && value !== ''

function parseObject(text: string): JsonBody | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
