import { readFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, resolve, sep } from 'node:path'
import { HttpError } from '@repo/tooling/local-http'

/** The image types of a mini program that a browser can show. */
const mediaTypes: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
}

/** Sends an image of the build. 404 for other files and outside the folder. */
export async function serveFile(response: ServerResponse, folder: string, path: string): Promise<void> {
  const mediaType = mediaTypes[extname(path).toLowerCase()]
  const file = resolve(folder, `./${path}`)
  const isInside = file.startsWith(resolve(folder) + sep)
  const content = mediaType && isInside ? await readFile(file).catch(() => undefined) : undefined
  if (!mediaType || content === undefined) throw new HttpError(404, 'the mini program has no such image')
  response.writeHead(200, {
    'content-type': mediaType,
    'content-length': content.length,
    'cache-control': 'no-store',
    // An SVG that is opened as a page must not run scripts of this origin.
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  })
  response.end(content)
}
