import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The files that may contain the AppID, in the order of WeChat DevTools. */
const files = ['project.private.config.json', 'project.config.json']

/** The AppID from `MINIAPP_APP_ID`, else from the mini program's project files; empty if none has one. */
export function readAppId(folder: string, variables: Record<string, string | undefined>) {
  const issues: string[] = []
  const found = [variables.MINIAPP_APP_ID, ...files.map((name) => appIdIn(name))].find(Boolean) ?? ''
  if (/^wx[0-9a-f]{16}$/.test(found)) return { appId: found, issues }
  if (issues.length === 0) {
    const problem = found ? `"${found}" is not an AppID` : 'The AppID is missing'
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
        issues.push(`apps/miniapp/${name} is not valid JSON: correct it, or remove it`)
      }
      return ''
    }
  }
}
