import { createHash, timingSafeEqual } from 'node:crypto'

/** How WeChat signs what it sends: SHA-1 of the sorted texts, in hex. One of them is the token that only we both know. */
export const signatureOf = (...texts: string[]): string =>
  createHash('sha1').update(texts.sort().join('')).digest('hex')

/** In constant time, so that a wrong signature does not tell how much of it was right. */
export function isSignature(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
