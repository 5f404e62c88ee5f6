import { parseArgs as parseCommandLine } from 'node:util'
import { readEnvironment } from '../dev/environment.ts'
import { type Addresses, addressIssues } from './addresses.ts'
import { readAppId } from './app-id.ts'
import { keyFileOf, keyIssues } from './upload-key.ts'

/** What to upload to WeChat, and for which mini program. */
export interface UploadOptions {
  action: 'upload' | 'preview'
  appId: string
  /** The absolute path of the upload key, which only miniprogram-ci reads. */
  keyFile: string
  /** Only for an upload: x.y.z. */
  version: string
  /** What WeChat's console shows beside the version; if empty, miniprogram-ci writes its own. */
  description: string
  /** One of WeChat's 30 robots; each has its own current version. */
  robot: number
  /** The API's addresses, as the build reads them. */
  addresses: Addresses
}

const usage = {
  upload: 'usage: pnpm upload <version, such as 1.2.0> [--desc <what is new>] [--robot <1 to 30>]',
  preview: 'usage: pnpm preview:qrcode [--desc <text>] [--robot <1 to 30>]',
}

/** Checks everything that an upload needs, and reports all issues at once. */
export function parseArgs(
  folder: string,
  args: string[],
): { options: UploadOptions; issues: [] } | { options: null; issues: string[] } {
  const action = args[0] === 'preview' ? 'preview' : 'upload'
  const { chosen, issues } = readEnvironment(folder, process.env)
  const line = readCommandLine(args.slice(1))
  if (!line) return { options: null, issues: [usage[action]] }
  const { version, description, robot } = line
  if (action === 'upload' && !/^\d+\.\d+\.\d+$/.test(version)) {
    issues.push(
      version
        ? `"${version}" is not a version: write it as 1.2.0`
        : 'The version is missing: pnpm upload 1.2.0',
    )
  }
  if (action === 'preview' && version) issues.push(usage.preview)
  if (!(robot >= 1 && robot <= 30)) issues.push('--robot must be a number from 1 to 30')
  const { appId, issues: appIdIssues } = readAppId(folder, chosen)
  const keyFile = keyFileOf(folder, chosen)
  const addresses = {
    PUBLIC_URL: chosen.PUBLIC_URL,
    TRIAL_API_URL: chosen.TRIAL_API_URL,
    DEVELOP_API_URL: chosen.DEVELOP_API_URL,
  }
  issues.push(...appIdIssues, ...keyIssues(keyFile, appId), ...addressIssues(addresses, action))
  if (issues.length > 0) return { options: null, issues }
  return { options: { action, appId, keyFile, version, description, robot, addresses }, issues: [] }
}

function readCommandLine(args: string[]) {
  try {
    const { values, positionals } = parseCommandLine({
      args,
      options: { desc: { type: 'string', default: '' }, robot: { type: 'string', default: '1' } },
      allowPositionals: true,
    })
    const [version = '', ...others] = positionals
    if (others.length > 0) return null
    return { version, description: values.desc, robot: /^\d+$/.test(values.robot) ? Number(values.robot) : 0 }
  } catch {
    return null
  }
}
