import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the AppID may stand, the more important first, as in WeChat DevTools. */
const files = ['project.private.config.json', 'project.config.json']

/** The AppID to send as: `MINIAPP_APP_ID`, else the mini program's project files; empty where none of them has one. */
export function readAppId(folder: string, variables: Record<string, string | undefined>) {
  const issues: string[] = []
  const found = [variables.MINIAPP_APP_ID, ...files.map((name) => appIdIn(name))].find(Boolean) ?? ''
  if (/^wx[0-9a-f]{16}$/.test(found)) return { appId: found, issues }
  if (issues.length === 0) {
    const problem = found ? `"${found}" is no AppID` : 'The AppID is missing'
    const whatToDo = 'put yours into apps/miniapp/project.private.config.json as {"appid":"wx…"}'
    issues.push(`${problem}: ${whatToDo}, or set MINIAPP_APP_ID`)
  }
  return { appId: '', issues }

  function appIdIn(name: string): string {
    try {
      const { appid } = JSON.parse(readFileSync(join(folder, 'apps/miniapp', name), 'utf8'))
      return typeof appid === 'string' ? appid : ''
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        issues.push(`apps/miniapp/${name} is no JSON that can be read: mend it, or remove it`)
      }
      return ''
    }
  }
}
