/** The API's address for each of WeChat's environments: being developed, on trial, released. */
export type ApiUrls = Record<'develop' | 'trial' | 'release', string>

/**
 * The API that a mini program talks to, by the environment that WeChat names. One that it does not name, as before base
 * library 2.10.0, or that is new to us, counts as the release: nobody's data may end up in a development database.
 */
export function apiUrlFor(environment: string | undefined, urls: ApiUrls): string {
  return environment === 'develop' || environment === 'trial' ? urls[environment] : urls.release
}
