import { isIP } from 'node:net'

/** The API's address for the release, the trial version and the development version. */
export type Addresses = Record<'PUBLIC_URL' | 'TRIAL_API_URL' | 'DEVELOP_API_URL', string | undefined>

/** Returns what is wrong with the addresses for this action. */
export function addressIssues(addresses: Addresses, action: 'upload' | 'preview'): string[] {
  const issues = Object.entries(addresses)
    .filter(([, address]) => address && !parse(address))
    .map(([name, address]) => `${name} must begin with http:// or https://, but is "${address}"`)
  if (issues.length > 0) return issues
  return action === 'upload' ? releaseIssues(addresses) : previewIssues(addresses)
}

/** WeChat allows a release to call registered https domains only. */
function releaseIssues({ PUBLIC_URL }: Addresses): string[] {
  const whatToDo = 'set it to the https address of the API for the release, such as https://api.example.com'
  if (!PUBLIC_URL) return [`PUBLIC_URL is not set: ${whatToDo}`]
  const url = parse(PUBLIC_URL)
  if (url?.protocol === 'https:' && !isLocal(url) && !isAddress(url)) return []
  return [`PUBLIC_URL is ${PUBLIC_URL}, which a release cannot call: ${whatToDo}`]
}

/** A preview runs on a phone, as a development version. */
function previewIssues({ DEVELOP_API_URL, PUBLIC_URL }: Addresses): string[] {
  const url = parse(DEVELOP_API_URL || PUBLIC_URL || '')
  if (url && !isLocal(url)) return []
  return [
    `${url ? `${url.origin} is the phone itself` : 'The preview has no API'}: set DEVELOP_API_URL or PUBLIC_URL to an address that a phone can reach, such as http://<address of this computer>:3000`,
  ]
}

function parse(address: string): URL | null {
  return /^https?:\/\/[^/]/.test(address) && URL.canParse(address) ? new URL(address) : null
}

const isAddress = ({ hostname }: URL) => isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
const isLocal = ({ hostname }: URL) => /^(localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$/.test(hostname)
