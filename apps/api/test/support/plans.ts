import pg from 'pg'
import type { TestDatabase } from './database.ts'

export type Plan = { statement: string; plan: string }

/** The server reports the plan of each statement that it executes. */
export async function reportPlans({ config }: TestDatabase): Promise<void> {
  if (!('url' in config)) throw new Error('only PostgreSQL reports plans')
  const client = new pg.Client(config.url)
  await client.connect()
  const name = `"${new URL(config.url).pathname.slice(1)}"`
  for (const setting of [
    `session_preload_libraries = 'auto_explain'`,
    'auto_explain.log_min_duration = 0',
    'auto_explain.log_analyze = on',
    'auto_explain.log_timing = off',
    `auto_explain.log_level = 'notice'`,
  ])
    await client.query(`ALTER DATABASE ${name} SET ${setting}`)
  await client.end()
}

/** The plans of what every connection executes that is opened until `stop`. */
export function collectPlans(): { plans: Plan[]; stop(): void } {
  const plans: Plan[] = []
  const original = pg.Client.prototype.connect
  const watched = new WeakSet<pg.Client>()
  pg.Client.prototype.connect = function connect(this: pg.Client, ...parameters: unknown[]) {
    if (!watched.has(this)) {
      watched.add(this)
      this.on('notice', ({ message }) => {
        const [, statement, plan] =
          /^duration: .*? plan:\nQuery Text: (.*?)\n(?=\S[^\n]*\(cost=)(.*)$/s.exec(message ?? '') ?? []
        if (statement !== undefined && plan !== undefined) plans.push({ statement, plan })
      })
    }
    return original.apply(this, parameters as never)
  } as typeof original
  return {
    plans,
    stop() {
      pg.Client.prototype.connect = original
    },
  }
}
