const developmentUrl = 'http://127.0.0.1:3000'

/**
 * The API's address as it goes into the bundle: `PUBLIC_URL` without a trailing slash, else this machine's own.
 * Throws when it is no http(s) address; a production build without it only warns, for it can still be looked at.
 */
export function apiUrl(publicUrl: string | undefined, isProduction: boolean): string {
  if (!publicUrl) {
    if (isProduction) console.warn(`PUBLIC_URL is not set: this build talks to ${developmentUrl}`)
    return developmentUrl
  }
  if (!/^https?:\/\/[^\s/]+/.test(publicUrl)) {
    throw new Error(`PUBLIC_URL must begin with http:// or https://, but is "${publicUrl}"`)
  }
  return publicUrl.replace(/\/+$/, '')
}
