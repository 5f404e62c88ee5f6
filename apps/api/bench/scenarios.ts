/** The servers that are measured. The last is this API again, on a database with many users. */
export const servers = ['nodeHttp', 'bareFastify', 'api', 'apiWithManyUsers'] as const
export type ServerName = (typeof servers)[number]

/** What they are asked. `authenticated` is a route that needs a login and reads no data. */
export const scenarios = ['returningLogin', 'newLogin', 'me', 'authenticated'] as const
export type Scenario = (typeof scenarios)[number]

/** The path of `authenticated`, which only the benchmark has. */
export const authenticatedPath = '/authenticated'

/** The mini program of the benchmark. */
export const miniProgram = { appId: 'wx0123456789abcdef', secret: 'benchmark' }

/** The highest value allowed: the benchmark logs a user in more often than any phone, and no session must end. */
export const sessionsPerUser = 1000

/** The version of both documents that every user has agreed to. */
export const documentVersion = '2026-11-01'

/** CPU limits as multiples: `api` and `database` of bare Fastify's, `growth` of the same API's with few users. */
export const targets: Record<Scenario, { title: string; api: number; database?: number; growth: number }> = {
  returningLogin: { title: '(1) Login of a returning user', api: 2, database: 2.2, growth: 1.1 },
  newLogin: { title: '(2) Login of a new user', api: 2.5, database: 3, growth: 1.1 },
  me: { title: '(3) GET /v1/me', api: 1.5, growth: 1.1 },
  authenticated: { title: '(4) An authenticated route without data', api: 2, growth: 1.1 },
}
