import type { Benchmark, Turn } from './run.ts'
import { type Scenario, type ServerName, servers, targets } from './scenarios.ts'

/** One table per scenario, then whether its targets are met. */
export function renderReport({ turns, manyUsers }: Benchmark): string {
  return [...turns].map(([scenario, measured]) => renderScenario(scenario, measured, manyUsers)).join('\n\n')
}

type Turns = Record<ServerName, Turn[]>

function renderScenario(scenario: Scenario, turns: Turns, manyUsers: number): string {
  const { title, api, database, growth } = targets[scenario]
  const names: Record<ServerName, string> = {
    nodeHttp: 'node:http',
    bareFastify: 'bare Fastify',
    api: 'this API',
    apiWithManyUsers: `this API, ${manyUsers.toLocaleString('en')} users`,
  }
  const lines = servers.map((server) => {
    const of = (pick: (turn: Turn) => number) => turns[server].map(pick)
    return [
      names[server],
      spread(
        of((turn) => turn.cpuMicroseconds),
        0,
      ),
      spread(ratios(turns[server], turns.bareFastify), 2),
      databaseCell(turns[server]),
      databaseRatioCell(turns[server], turns.bareFastify),
      median(of((turn) => turn.requestsPerSecond)).toFixed(0),
      median(of((turn) => turn.meanMs)).toFixed(1),
      median(of((turn) => turn.p99Ms)).toFixed(1),
    ]
  })
  const header = [
    title,
    'CPU µs/request',
    'x bare Fastify',
    'PostgreSQL µs',
    'x bare',
    'req/s',
    'mean ms',
    'p99 ms',
  ]
  return [
    ...table([header, ...lines]),
    ...verdict('CPU of bare Fastify', turns.api, turns.bareFastify, api),
    ...verdict("PostgreSQL's CPU of bare Fastify", turns.api, turns.bareFastify, database, databaseOf),
    ...verdict('CPU with few users', turns.apiWithManyUsers, turns.api, growth),
  ].join('\n')
}

function verdict(
  what: string,
  turns: Turn[],
  base: Turn[],
  limit: number | undefined,
  pick: (turn: Turn) => number = cpuOf,
): string[] {
  const ratio = median(ratios(turns, base, pick))
  if (limit === undefined || Number.isNaN(ratio)) return []
  return [`  target: at most ${limit} x ${what}: ${ratio <= limit ? 'met' : 'MISSED'}, ${ratio.toFixed(2)} x`]
}

/** Round by round: what slowed a round down slowed both, and cancels out. */
const ratios = (turns: Turn[], base: Turn[], pick: (turn: Turn) => number = cpuOf) =>
  turns.map((turn, round) => {
    const unit = base[round]
    return pick(turn) / (unit ? pick(unit) : Number.NaN)
  })

const cpuOf = ({ cpuMicroseconds }: Turn) => cpuMicroseconds
const databaseOf = ({ databaseMicroseconds }: Turn) => databaseMicroseconds ?? Number.NaN

const databaseCell = (turns: Turn[]) => unlessUnknown(median(turns.map(databaseOf)), 0)
const databaseRatioCell = (turns: Turn[], base: Turn[]) =>
  unlessUnknown(median(ratios(turns, base, databaseOf)), 2)
const unlessUnknown = (value: number, digits: number) => (Number.isNaN(value) ? '–' : value.toFixed(digits))

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}

const spread = (values: number[], digits: number) =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} – ${Math.max(...values).toFixed(digits)})`

/** The first column is flush left, the numbers flush right. */
function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   '),
  )
}
