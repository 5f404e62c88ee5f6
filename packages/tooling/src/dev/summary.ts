import { styleText } from 'node:util'
import type { Settings } from './preflight.ts'

/** What a person reads when everything runs. */
export function summary({ apiPort, simulatorPort, variables }: Settings, tookMs: number): string {
  const preview = `http://127.0.0.1:${simulatorPort}`
  const api = `http://127.0.0.1:${apiPort}`
  const isSimulated = variables.WECHAT_API_URL === preview
  return `
${strong(`  Open ${preview}`)} and press the login button: the mini program, in your browser.

  API            ${api}, described at ${api}/docs
  Database       ${databaseName(variables.DATABASE_URL)}
  WeChat         ${isSimulated ? `simulated, at ${preview}` : `${variables.WECHAT_API_URL}, which does not know the people of the preview`}

  In WeChat DevTools, import the folder apps/miniapp; the AppID may stay touristappid.
  For an AppID of your own, put into .env:
    WECHAT_APPS=[{"appId":"wx…","secret":"…"}]
    WECHAT_API_URL=https://api.weixin.qq.com
  and the AppID into apps/miniapp/project.private.config.json: {"appid":"wx…"}

  Ready after ${(tookMs / 1000).toFixed(0)} s. Changes are picked up as you save; Ctrl-C stops everything.
`
}

/** Where the data is, without the password. */
function databaseName(url: string | undefined): string {
  if (!url) return 'PostgreSQL inside the API, in .data/database; DATABASE_URL names another'
  if (!/^postgres(ql)?:/.test(url) || !URL.canParse(url))
    return url.replace(/^pglite:/, 'PostgreSQL inside the API, in ')
  const { host, pathname } = new URL(url)
  return `PostgreSQL on ${host}, ${decodeURIComponent(pathname.slice(1))}`
}

function strong(text: string): string {
  return process.stdout.isTTY ? styleText('bold', text) : text
}
