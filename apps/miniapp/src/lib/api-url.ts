/** The API's URL for each WeChat environment: development, trial, release. */
export type ApiUrls = Record<'develop' | 'trial' | 'release', string>

/** An unknown environment counts as the release: user data must never reach a development database. */
export function apiUrlFor(environment: string | undefined, urls: ApiUrls): string {
  return environment === 'develop' || environment === 'trial' ? urls[environment] : urls.release
}
