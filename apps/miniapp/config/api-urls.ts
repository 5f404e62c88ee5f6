import type { ApiUrls } from '../src/lib/api-url.ts'

const developmentUrl = 'http://127.0.0.1:3000'

type Variables = Record<string, string | undefined>

/**
 * The API URLs for the bundle, without a trailing slash. A development build uses one API, that of `dev`.
 * Throws for an invalid URL. Only warns if the release cannot work: the build can still be previewed.
 */
export function apiUrls(variables: Variables, isProduction: boolean): ApiUrls {
  const release = urlFrom(variables, 'PUBLIC_URL') ?? developmentUrl
  if (!isProduction) return { release, trial: release, develop: release }
  warnOfRelease(variables.PUBLIC_URL, release)
  return {
    release,
    trial: urlFrom(variables, 'TRIAL_API_URL') ?? release,
    develop: urlFrom(variables, 'DEVELOP_API_URL') ?? release,
  }
}

function urlFrom(variables: Variables, name: string): string | undefined {
  const url = variables[name]
  if (!url) return undefined
  if (!/^https?:\/\/[^\s/]+/.test(url)) {
    throw new Error(`${name} must begin with http:// or https://, but is "${url}"`)
  }
  return url.replace(/\/+$/, '')
}

function warnOfRelease(publicUrl: string | undefined, release: string): void {
  if (!publicUrl) console.warn(`PUBLIC_URL is not set: this build talks to ${release}`)
  else if (release.startsWith('http:')) {
    console.warn(`PUBLIC_URL is ${release}: WeChat lets a release talk to https addresses alone`)
  }
}
