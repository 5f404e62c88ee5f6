import type { Benchmark, Turn } from './run.ts'
import { type Contestant, contestants, type Scenario, targets } from './scenarios.ts'

/** The whole benchmark as text: a table per scenario, then whether its targets are met. */
export function renderReport({ turns, manyUsers }: Benchmark): string {
  return [...turns].map(([scenario, measured]) => renderScenario(scenario, measured, manyUsers)).join('\n\n')
}

type Turns = Record<Contestant, Turn[]>

function renderScenario(scenario: Scenario, turns: Turns, manyUsers: number): string {
  const { title, timesBare, growth } = targets[scenario]
  const names: Record<Contestant, string> = {
    floor: 'floor: no framework, no ORM',
    bare: 'bare Fastify',
    api: 'this API',
    apiWithMany: `this API, ${manyUsers.toLocaleString('en')} users`,
  }
  const lines = contestants.map((contestant) => {
    const of = (pick: (turn: Turn) => number) => turns[contestant].map(pick)
    return [
      names[contestant],
      spread(
        of((turn) => turn.cpuMicroseconds),
        0,
      ),
      spread(ratios(turns[contestant], turns.bare), 2),
      median(of((turn) => turn.requestsPerSecond)).toFixed(0),
      median(of((turn) => turn.p50Ms)).toFixed(1),
      median(of((turn) => turn.p99Ms)).toFixed(1),
    ]
  })
  const header = [title, 'CPU µs/request', 'x bare Fastify', 'req/s', 'p50 ms', 'p99 ms']
  return [
    ...table([header, ...lines]),
    ...verdict('CPU of bare Fastify', turns.api, turns.bare, timesBare),
    ...verdict('CPU with few users', turns.apiWithMany, turns.api, growth),
  ].join('\n')
}

function verdict(what: string, turns: Turn[], base: Turn[], limit: number | undefined): string[] {
  if (limit === undefined) return []
  const ratio = median(ratios(turns, base))
  return [`  target: at most ${limit} x ${what}: ${ratio <= limit ? 'met' : 'MISSED'}, ${ratio.toFixed(2)} x`]
}

/** Round by round: what disturbed a round disturbed both, and cancels out. */
const ratios = (turns: Turn[], base: Turn[]) =>
  turns.map((turn, round) => turn.cpuMicroseconds / (base[round]?.cpuMicroseconds ?? Number.NaN))

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}

const spread = (values: number[], digits: number) =>
  `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)} – ${Math.max(...values).toFixed(digits)})`

/** Columns as wide as their widest cell; the first is flush left, the numbers flush right. */
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
