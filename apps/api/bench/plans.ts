import pg from 'pg'

/** The plan of one statement, as `auto_explain` reported it. */
export type Plan = { statement: string; plan: string }

/** What makes PostgreSQL report the plan of each statement to its client, those inside functions too. */
export const explainSettings = [
  ['session_preload_libraries', 'auto_explain'],
  ['auto_explain.log_min_duration', '0'],
  ['auto_explain.log_nested_statements', 'on'],
  ['auto_explain.log_level', 'notice'],
]

/** Collects the plans of all connections that this process opens from now on, each plan once. */
export function collectPlans(): () => Plan[] {
  const plans = new Map<string, Plan>()
  const { connect } = pg.Client.prototype
  pg.Client.prototype.connect = function (this: pg.Client, ...parameters: unknown[]) {
    this.on('notice', ({ message = '' }) => {
      const [, statement, plan] = /plan:\nQuery Text: (.*?)\n([A-Z][^\n]*\(cost=.*)/s.exec(message) ?? []
      if (statement === undefined || plan === undefined) return
      const shape = plan.replace(/ +\(cost=[^)]*\)/g, '')
      // Two plans differ in their nodes: the lines below a node carry the parameters.
      const nodes = shape.match(/^\S.*|-> .*/gm)?.join('\n')
      plans.set(`${statement}\n${nodes}`, { statement, plan: shape })
    })
    return (connect as (...parameters: unknown[]) => unknown).apply(this, parameters)
  } as typeof connect
  return () => [...plans.values()]
}

/** The tables that have rows of many users, and their partitions. The others are empty: no index helps there. */
export const filledTable = / on (users|wechat_identities|sessions|consents|audit_events|banned_identities)/

/** Those of them that a plan reads from one end to the other. */
export const sequentialScans = ({ plan }: Plan): string[] =>
  [...plan.matchAll(/Seq Scan( on \w+)/g)].flatMap(([, table = '']) =>
    filledTable.test(table) ? [table.slice(4)] : [],
  )
