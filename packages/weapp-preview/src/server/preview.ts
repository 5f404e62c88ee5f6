import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Handler, HttpError, send, urlOf } from '../../../wechat-simulator/src/http.ts'
import { loadAssets } from './assets.ts'
import { type Builds, createBuilds } from './builds.ts'
import { streamVersions } from './events-endpoint.ts'
import { iconSvg, panelHtml, phoneHtml } from './html.ts'
import { answerNetworkCall } from './network-endpoint.ts'
import { serveFile } from './serve-file.ts'

export type PreviewOptions = {
  /** The folder of the built mini program, with app.json in it. It need not exist yet. */
  distFolder: string
  /** What `wx.login` and `wx.getAccountInfoSync` go by. */
  appId: string
  /**
   * From an origin that the mini program names to the origin where it really is, such as
   * `{ 'http://127.0.0.1:3000': 'http://127.0.0.1:43121' }`. `wx.request` reaches no other origin.
   */
  origins: Readonly<Record<string, string>>
  /** Receives a line for each fault in the build. Default: nobody. */
  log?: (line: string) => void
}

export type Preview = {
  /** Answers `/`, `/phone` and `/__preview/…`, and says so; `false`: not for the preview. */
  handle: Handler
  /** Ends the streams and the polling; resolves when nothing keeps the process alive. */
  close(): Promise<void>
}

type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>

const filesPrefix = '/__preview/files/'

/** The phone in the browser: compiles a built mini program and serves it as pages. */
export function createPreview(options: PreviewOptions): Preview {
  const { distFolder, appId, origins, log = () => {} } = options
  const builds = createBuilds({ distFolder, appId, origins, log })
  const streams = new Set<ServerResponse>()

  const routes: Record<string, Route> = {
    'GET /': (_request, response) => sendHtml(response, panelHtml(appId)),
    'GET /phone': async (_request, response) => sendHtml(response, phoneHtml(await builds.current())),
    'GET /__preview/bundle.js': (_request, response) => sendBundle(response, builds),
    'GET /__preview/events': (_request, response) => {
      streams.add(response)
      response.once('close', () => streams.delete(response))
      return streamVersions(response, builds)
    },
    'GET /__preview/icon.svg': (_request, response) => send(response, 200, 'image/svg+xml', iconSvg),
    'POST /__preview/request': (request, response) =>
      answerNetworkCall(request, response, { appId, origins }),
  }

  return {
    async handle(request, response) {
      const url = urlOf(request)
      const route = routes[`${request.method} ${url.pathname}`]
      if (!route && !url.pathname.startsWith('/__preview/')) return false
      if (route) await route(request, response, url)
      else if (request.method !== 'GET') throw new HttpError(404, `no ${request.method} ${url.pathname} here`)
      else if (url.pathname.startsWith(filesPrefix)) {
        await serveFile(response, distFolder, decodePath(url.pathname.slice(filesPrefix.length)))
      } else await sendAsset(response, url.pathname.slice('/__preview/'.length))
      return true
    },
    async close() {
      builds.close()
      for (const stream of streams) stream.destroy()
    },
  }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (cause) {
    throw Object.assign(new HttpError(400, 'the path is not valid'), { cause })
  }
}

function sendHtml(response: ServerResponse, html: string): void {
  response.setHeader('cache-control', 'no-store')
  // Nobody frames a page in which a press logs somebody in.
  response.setHeader('content-security-policy', "frame-ancestors 'self'")
  send(response, 200, 'text/html; charset=utf-8', html)
}

async function sendBundle(response: ServerResponse, builds: Builds): Promise<void> {
  const build = await builds.current()
  response.setHeader('cache-control', 'no-store')
  const script = build.state === 'ready' ? build.script : 'location.reload()'
  send(response, 200, 'text/javascript; charset=utf-8', script)
}

async function sendAsset(response: ServerResponse, name: string): Promise<void> {
  const text = (await loadAssets()).get(name)
  if (text === undefined) throw new HttpError(404, `the preview has no ${name}`)
  response.setHeader('cache-control', 'no-store')
  send(response, 200, `text/${name.endsWith('.css') ? 'css' : 'javascript'}; charset=utf-8`, text)
}
