import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Handler, HttpError, send, urlOf } from '@repo/tooling/local-http'
import { loadAssets } from './assets.ts'
import { type Builds, createBuilds } from './builds.ts'
import { createBuiltInWechat } from './built-in-wechat.ts'
import { streamVersions } from './events-endpoint.ts'
import { forwardToSimulator } from './forward-to-simulator.ts'
import { iconSvg, panelHtml, phoneHtml } from './html.ts'
import { respondToNetworkCall } from './network-endpoint.ts'
import { serveFile } from './serve-file.ts'

export type PreviewOptions = {
  /** The folder of a weapp build, with app.json in it. It may appear later: the page waits for it. */
  dist: string
  /** What `wx.getAccountInfoSync` says and `wx.login` logs in to. Default: `touristappid`, as DevTools without an AppID. */
  appId?: string
  /**
   * The origins that `wx.request` reaches, each with the origin where it really is, such as
   * `{ 'https://api.example.com': 'http://127.0.0.1:3000' }`. Default: none, every request fails as "not in domain list".
   */
  origins?: Readonly<Record<string, string>>
  /**
   * A WeChat simulator, such as `http://127.0.0.1:4100`: its users log in, and a server exchanges their codes there.
   * Default: none; the preview has users of its own, and no server accepts their codes.
   */
  simulatorUrl?: string
  /** Receives one line per error in the build. Default: the lines are dropped; the page shows the errors too. */
  log?: (line: string) => void
}

export type Preview = {
  /** Responds to `/`, `/phone`, `/__preview/…` and `/__simulator/…`; resolves to `false` for every other path. */
  handle: Handler
  /** Ends the event streams and the polling; resolves when nothing keeps the process alive. */
  close(): Promise<void>
}

type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => void | Promise<void>

const previewPrefix = '/__preview/'
const filesPrefix = `${previewPrefix}files/`

/** The preview as a handler for another server on this machine; `startPreview` has a server of its own. */
export function createPreview(options: PreviewOptions): Preview {
  const { dist, appId = 'touristappid', origins = {}, simulatorUrl, log = () => {} } = options
  const builds = createBuilds({ dist, appId, origins, log })
  const streams = new Set<ServerResponse>()
  const wechat = simulatorUrl === undefined ? createBuiltInWechat() : forwardToSimulator(simulatorUrl)
  const panel = panelHtml({ appId, hasSimulator: simulatorUrl !== undefined })

  const routes: Record<string, Route> = {
    'GET /': (_request, response) => sendHtml(response, panel),
    'GET /phone': async (_request, response) => sendHtml(response, phoneHtml(await builds.current())),
    'GET /__preview/bundle.js': (_request, response) => sendBundle(response, builds),
    'GET /__preview/events': (_request, response) => {
      streams.add(response)
      response.once('close', () => streams.delete(response))
      return streamVersions(response, builds)
    },
    'GET /__preview/icon.svg': (_request, response) => send(response, 200, 'image/svg+xml', iconSvg),
    'POST /__preview/request': (request, response) =>
      respondToNetworkCall(request, response, { appId, origins }),
  }

  return {
    async handle(request, response) {
      const url = urlOf(request)
      const route = routes[`${request.method} ${url.pathname}`]
      if (!route && !url.pathname.startsWith(previewPrefix)) return wechat(request, response)
      if (route) await route(request, response, url)
      else if (request.method !== 'GET') throw new HttpError(404, `no ${request.method} ${url.pathname} here`)
      else if (url.pathname.startsWith(filesPrefix)) {
        await serveFile(response, dist, decodePath(url.pathname.slice(filesPrefix.length)))
      } else await sendAsset(response, url.pathname.slice(previewPrefix.length))
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
    throw new HttpError(400, 'the path is not valid', { cause })
  }
}

function sendHtml(response: ServerResponse, html: string): void {
  response.setHeader('cache-control', 'no-store')
  // No other site may frame a page in which a tap logs a user in.
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
