import { styleText } from 'node:util'
import type { Settings } from './preflight.ts'

/** What the developer reads when everything runs. */
export function summary({ apiPort, simulatorPort, variables }: Settings, tookMs: number): string {
  const preview = `http://127.0.0.1:${simulatorPort}`
  const api = `http://127.0.0.1:${apiPort}`
  const wechat = variables.WECHAT_API_URL ?? preview
  const isSimulated = isOnThisMachine(wechat, simulatorPort)
  return `
${isSimulated ? openPreview(preview) : openDevTools(preview, wechat, variables)}

  API            ${api}, described at ${api}/docs
  Database       ${databaseName(variables.DATABASE_URL)}
  WeChat         ${isSimulated ? `simulated, at ${preview}` : wechat}
${isSimulated ? ownAppId : ''}
  Ready after ${(tookMs / 1000).toFixed(0)} s. Changes are picked up as you save; Ctrl-C stops everything.
`
}

const openPreview = (preview: string) => `\
${strong(`  Open ${preview}`)} to see the mini program in your browser, and tap the login button.`

/** The preview's codes come from the simulator, so a login fails if the API calls another WeChat. */
function openDevTools(preview: string, wechat: string, { WECHAT_APPS = '' }: Settings['variables']): string {
  const login = `${strong('  Log in from WeChat DevTools')}: import the folder apps/miniapp. The preview, ${preview}, shows the pages;
  it cannot log in, since ${wechat} does not know its codes.`
  if (!WECHAT_APPS.includes(simulatorAppId)) return login
  return `${login}
  WECHAT_APPS still names ${simulatorAppId}, which only the simulator knows: put your AppID and AppSecret into .env,
  or remove WECHAT_API_URL from it to log in with the simulator.`
}

const isOnThisMachine = (url: string, port: number): boolean =>
  URL.canParse(url) &&
  /^(localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(url).hostname) &&
  new URL(url).port === String(port)

/** The AppID in `.env.development`. */
const simulatorAppId = 'touristappid'

const ownAppId = `
  In WeChat DevTools, import the folder apps/miniapp; the AppID may stay ${simulatorAppId}.
  To use your own AppID, put into .env:
    WECHAT_APPS=[{"appId":"wx…","secret":"…"}]
    WECHAT_API_URL=https://api.weixin.qq.com
  and the AppID into apps/miniapp/project.private.config.json: {"appid":"wx…"}
`

/** Where the data is stored, without the password. */
function databaseName(url: string | undefined): string {
  if (!url) return 'PostgreSQL inside the API, in .data/database; set DATABASE_URL to use another'
  if (!/^postgres(ql)?:/.test(url) || !URL.canParse(url))
    return url.replace(/^pglite:/, 'PostgreSQL inside the API, in ')
  const { host, pathname } = new URL(url)
  return `PostgreSQL on ${host}, ${decodeURIComponent(pathname.slice(1))}`
}

function strong(text: string): string {
  return process.stdout.isTTY ? styleText('bold', text) : text
}
