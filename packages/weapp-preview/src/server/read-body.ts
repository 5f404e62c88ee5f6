import type { Readable } from 'node:stream'

/** The stream was longer than is allowed. */
export class TooLargeError extends Error {
  override name = 'TooLargeError'
}

/** Reads a stream to its end; throws `TooLargeError` above `maximumBytes`. */
export async function readBody(stream: Readable, maximumBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maximumBytes) throw new TooLargeError(`more than ${maximumBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
