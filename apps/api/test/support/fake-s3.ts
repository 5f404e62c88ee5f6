import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** How the next requests fail: `hang` and `stall` never end, the others are as S3 and what stands before it say them. */
export type S3Fault = 'hang' | 'stall' | 'reset' | '500' | '503' | '403' | 'html'

/** A bucket over HTTP, as far as we use one. It asks for a signature, and does not check its maths. */
export type FakeS3 = {
  url: string
  /** Key to content and type. */
  files: Map<string, { content: Buffer; type: string }>
  /** `METHOD host/path` of what was asked. */
  requests: string[]
  fail(fault: S3Fault | null): void
  /** How long a deletion takes from now on, in milliseconds. */
  slowDeletes(durationMs: number): void
  /** How late the answer to a stored file comes from now on, in milliseconds. */
  slowPuts(durationMs: number): void
  close(): Promise<void>
}

export async function startFakeS3({
  bucket,
  accessKeyId,
}: {
  bucket: string
  accessKeyId: string
}): Promise<FakeS3> {
  const files: FakeS3['files'] = new Map()
  const requests: string[] = []
  let fault: S3Fault | null = null
  let deletesMs = 0
  let putsMs = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request
    const path = decodeURIComponent(url.split('?')[0] ?? '')
    requests.push(`${method} ${headers.host?.split(':')[0]}${path}`)
    const content = await buffer(request)
    const refuse = (status: number, code: string) =>
      response
        .writeHead(status, { 'content-type': 'application/xml' })
        .end(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`)
    switch (fault) {
      case 'hang':
        return
      case 'stall':
        response.writeHead(200, { 'content-length': 1000 }).write('half')
        return
      case 'reset':
        request.socket.resetAndDestroy()
        return
      case 'html':
        response.writeHead(502, { 'content-type': 'text/html' }).end('<html>502 Bad Gateway</html>')
        return
      case null:
        break
      default:
        refuse(Number(fault), { 500: 'InternalError', 503: 'SlowDown', 403: 'AccessDenied' }[fault])
        return
    }
    const signature = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/`
    if (!headers.authorization?.startsWith(signature)) return void refuse(403, 'AccessDenied')
    const key = path.slice(`/${bucket}/`.length)
    if (!path.startsWith(`/${bucket}/`)) return void refuse(404, 'NoSuchBucket')
    const file = files.get(key)
    if (method === 'PUT') {
      files.set(key, { content, type: String(headers['content-type']) })
      await new Promise((resolve) => setTimeout(resolve, putsMs))
      response.writeHead(200, { etag: '"x"' }).end()
    } else if (method === 'DELETE') {
      await new Promise((resolve) => setTimeout(resolve, deletesMs))
      files.delete(key)
      response.writeHead(204).end()
    } else if (file) response.writeHead(200, { 'content-type': file.type }).end(file.content)
    else refuse(404, 'NoSuchKey')
  }

  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    url: `http://127.0.0.1:${port}`,
    files,
    requests,
    fail(next) {
      fault = next
    },
    slowDeletes(durationMs) {
      deletesMs = durationMs
    },
    slowPuts(durationMs) {
      putsMs = durationMs
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
