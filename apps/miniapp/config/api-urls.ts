import type { ApiUrls } from '../src/lib/api-url.ts'

const developmentUrl = 'http://127.0.0.1:3000'

type Variables = Record<string, string | undefined>

/**
 * The API's addresses as they go into the bundle, without a trailing slash. `PUBLIC_URL` is the release's, and that of
 * the others unless `TRIAL_API_URL` or `DEVELOP_API_URL` names one; without it, this machine's own. A build that is no
 * production build knows one API alone, the one that `dev` runs beside it.
 * Throws when one is no http(s) address; a production build whose release cannot work only warns, for it can still be
 * looked at.
 */
export function apiUrls(variables: Variables, isProduction: boolean): ApiUrls {
  const release = addressIn(variables, 'PUBLIC_URL') ?? developmentUrl
  if (!isProduction) return { release, trial: release, develop: release }
  warnOfRelease(variables.PUBLIC_URL, release)
  return {
    release,
    trial: addressIn(variables, 'TRIAL_API_URL') ?? release,
    develop: addressIn(variables, 'DEVELOP_API_URL') ?? release,
  }
}

function addressIn(variables: Variables, name: string): string | undefined {
  const address = variables[name]
  if (!address) return undefined
  if (!/^https?:\/\/[^\s/]+/.test(address)) {
    throw new Error(`${name} must begin with http:// or https://, but is "${address}"`)
  }
  return address.replace(/\/+$/, '')
}

function warnOfRelease(publicUrl: string | undefined, release: string): void {
  if (!publicUrl) console.warn(`PUBLIC_URL is not set: this build talks to ${release}`)
  else if (release.startsWith('http:')) {
    console.warn(`PUBLIC_URL is ${release}: WeChat lets a release talk to https addresses alone`)
  }
}
