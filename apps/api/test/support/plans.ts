import pg from 'pg'

/** The plan of one statement, as `auto_explain` reported it. */
export type Plan = { statement: string; plan: string }

/** PostgreSQL reports the plan of each statement in this database to its client. @param more settings of `auto_explain` */
export async function reportPlans(url: string, more: Record<string, 'on' | 'off'>): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const name = client.escapeIdentifier(new URL(url).pathname.slice(1))
    const settings = { log_min_duration: '0', log_level: 'notice', ...more }
    await client.query(`ALTER DATABASE ${name} SET session_preload_libraries = 'auto_explain'`)
    for (const [setting, value] of Object.entries(settings))
      await client.query(`ALTER DATABASE ${name} SET auto_explain.${setting} = '${value}'`)
  } finally {
    await client.end()
  }
}

/** Tells the plans of all connections that this process opens from now on. @returns the function that stops that. */
export function watchPlans(onPlan: (plan: Plan) => void): () => void {
  const { connect } = pg.Client.prototype
  pg.Client.prototype.connect = function (this: pg.Client, ...parameters: unknown[]) {
    this.on('notice', ({ message = '' }) => {
      const [, statement, plan] = /plan:\nQuery Text: (.*?)\n([A-Z][^\n]*\(cost=.*)/s.exec(message) ?? []
      if (statement !== undefined && plan !== undefined) onPlan({ statement, plan })
    })
    return (connect as (...parameters: unknown[]) => unknown).apply(this, parameters)
  } as typeof connect
  return () => {
    pg.Client.prototype.connect = connect
  }
}
