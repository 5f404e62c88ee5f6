/** Who competes. The last is this API again, on a database with many users. */
export const contestants = ['floor', 'bare', 'api', 'apiWithMany'] as const
export type Contestant = (typeof contestants)[number]

/** What is asked of them. `authenticated` is a route that needs a login and no data. */
export const scenarios = ['loginOfReturning', 'loginOfNew', 'me', 'authenticated'] as const
export type Scenario = (typeof scenarios)[number]

/** The path of `authenticated`, which only the benchmark has. */
export const authenticatedPath = '/authenticated'

/** The mini program of the benchmark. */
export const miniProgram = { appId: 'wx0123456789abcdef', secret: 'benchmark' }

/** As many as can be configured: a benchmark logs a person in more often than any phone, and ends nobody's session. */
export const sessionsPerUser = 1000

/** At most this many times the CPU of bare Fastify, and at most `growth` times as much with many users. */
export const targets: Record<Scenario, { title: string; timesBare?: number; growth?: number }> = {
  loginOfReturning: { title: '(1) Login of a person who returns', timesBare: 1.35, growth: 1.2 },
  loginOfNew: { title: '(1) Login of a new person' },
  me: { title: '(2) GET /v1/me', timesBare: 1.25 },
  authenticated: { title: '(3) An authenticated route without data', timesBare: 1.2, growth: 1.2 },
}
