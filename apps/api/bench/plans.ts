import { type Plan, watchPlans } from '../test/support/plans.ts'

/** Collects the plans of all connections that this process opens from now on, each plan once. */
export function collectPlans(): () => Plan[] {
  const plans = new Map<string, Plan>()
  watchPlans(({ statement, plan }) => {
    const shape = plan.replace(/ +\(cost=[^)]*\)/g, '')
    // Two plans differ in their nodes: the lines below a node carry the parameters.
    const nodes = shape.match(/^\S.*|-> .*/gm)?.join('\n')
    plans.set(`${statement}\n${nodes}`, { statement, plan: shape })
  })
  return () => [...plans.values()]
}

/** The tables that have rows of many users, and their partitions. The others are empty: no index helps there. */
export const filledTable = / on (users|wechat_identities|sessions|consents|audit_events|banned_identities)/

/** Those of them that a plan reads from one end to the other. */
export const sequentialScans = ({ plan }: Plan): string[] =>
  [...plan.matchAll(/Seq Scan( on \w+)/g)].flatMap(([, table = '']) =>
    filledTable.test(table) ? [table.slice(4)] : [],
  )
