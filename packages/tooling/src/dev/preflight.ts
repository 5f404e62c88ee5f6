import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { lockOutput } from '../miniapp-output.js'
import { readEnvironment } from './environment.ts'
import { holderOf, isTaken } from './ports.ts'

/** The settings of the development command. */
export interface Settings {
  /** The repository's root. */
  folder: string
  apiPort: number
  simulatorPort: number
  /** The environment of all started processes. */
  variables: Record<string, string | undefined>
}

/** Checks what would make the start fail, and reports all issues at once. */
export async function preflight(
  folder: string,
): Promise<{ settings: Settings; issues: [] } | { settings: null; issues: string[] }> {
  if (!existsSync(join(folder, 'turbo.json'))) {
    return { settings: null, issues: ['Run it at the root of the repository: npx -y pnpm@12.21.0 dev'] }
  }
  const { variables, chosen, issues } = readEnvironment(folder, process.env)
  const apiPort = portOf('PORT', 3000)
  const simulatorPort = portOf('WECHAT_SIMULATOR_PORT', 4100)
  if (!isOnPath('pnpm')) issues.push('pnpm is not on the PATH: start with npx -y pnpm@12.21.0 dev')
  if (apiPort === simulatorPort && apiPort !== null) {
    issues.push(`PORT and WECHAT_SIMULATOR_PORT are both ${apiPort}: set one of them to another port`)
  } else {
    await refuseTakenPort('PORT', apiPort)
    await refuseTakenPort('WECHAT_SIMULATOR_PORT', simulatorPort)
  }
  if (issues.length === 0) {
    const lock = lockOutput(join(folder, 'apps/miniapp'), variables.MINIAPP_OUTPUT || 'dist')
    if ('issue' in lock) issues.push(lock.issue)
    else process.once('exit', lock.release)
  }
  if (issues.length > 0 || apiPort === null || simulatorPort === null) return { settings: null, issues }
  return {
    settings: {
      folder,
      apiPort,
      simulatorPort,
      variables: {
        ...variables,
        ...addresses(apiPort, simulatorPort, chosen),
        MINIAPP_OUTPUT_HOLDER: String(process.pid),
      },
    },
    issues: [],
  }

  function portOf(name: string, fallback: number): number | null {
    const text = variables[name] || String(fallback)
    const port = Number(text)
    if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port
    issues.push(`${name} is "${text}": set it to a port from 1 to 65535`)
    return null
  }

  async function refuseTakenPort(name: string, port: number | null): Promise<void> {
    if (port === null || !(await isTaken(port))) return
    const holder = await holderOf(port)
    issues.push(
      `Port ${port} is taken${holder ? ` by ${holder}` : ''}: stop it, or set ${name} in .env to another port`,
    )
  }
}

/** The addresses that the three use for each other follow the ports, unless the developer set them. */
function addresses(apiPort: number, simulatorPort: number, chosen: Record<string, string | undefined>) {
  return {
    PUBLIC_URL: chosen.PUBLIC_URL || `http://127.0.0.1:${apiPort}`,
    WECHAT_API_URL: chosen.WECHAT_API_URL || `http://127.0.0.1:${simulatorPort}`,
  }
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
