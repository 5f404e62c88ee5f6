/** Year, month and day; month and day start at 1. */
type Day = [year: number, month: number, day: number]

/** What a date picker offers: the first and the last day, and how far down it asks. */
export type DateRange = { start: string; end: string; fields: 'year' | 'month' | 'day' }

const depths = { year: 1, month: 2, day: 3 }
const earliest: Day = [1900, 1, 1]
const latest: Day = [2100, 12, 31]

/** The wheels of `<picker mode="date">`; dates are texts, `2024-02-29`, as in its properties. */
export function createDateWheels({ start, end, fields }: DateRange, units: readonly string[]) {
  const first = parse(start) ?? earliest
  const last = parse(end) ?? latest
  const depth = depths[fields] ?? depths.day

  /** What each wheel offers beside what the ones before it show. */
  function numbers(indices: readonly number[]): number[][] {
    const years = range(first[0], last[0])
    const year = at(years, indices[0])
    const isFirstYear = year === first[0]
    const isLastYear = year === last[0]
    const months = range(isFirstYear ? first[1] : 1, isLastYear ? last[1] : 12)
    const month = at(months, indices[1])
    const lastOfMonth = new Date(year, month, 0).getDate()
    const days = range(
      isFirstYear && month === first[1] ? first[2] : 1,
      isLastYear && month === last[1] ? last[2] : lastOfMonth,
    )
    return [years, months, days].slice(0, depth)
  }

  return {
    columns: (indices: readonly number[]): string[][] =>
      numbers(indices).map((column, position) => column.map((number) => `${number}${units[position] ?? ''}`)),

    /** Where the wheels stand for a date, as near as the range allows; today for none. */
    indicesOf(value: string, today: Date): number[] {
      const wanted = parse(value) ?? [today.getFullYear(), today.getMonth() + 1, today.getDate()]
      const indices: number[] = []
      const day = isBefore(wanted, first) ? first : isBefore(last, wanted) ? last : wanted
      for (let position = 0; position < depth; position += 1) {
        const column = numbers(indices)[position] ?? []
        indices.push(Math.max(column.indexOf(day[position] ?? 0), 0))
      }
      return indices
    },

    valueOf: (indices: readonly number[]): string =>
      numbers(indices)
        .map((column, position) => String(at(column, indices[position])).padStart(2, '0'))
        .join('-'),
  }
}

function parse(text: string): Day | undefined {
  const [, year, month = '1', day = '1'] = /^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$/.exec(text) ?? []
  return year === undefined ? undefined : [Number(year), Number(month), Number(day)]
}

function isBefore(one: Day, other: Day): boolean {
  const position = one.findIndex((number, index) => number !== other[index])
  return position >= 0 && (one[position] ?? 0) < (other[position] ?? 0)
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(to - from + 1, 1) }, (_, index) => from + index)

/** The entry of a wheel that stands beyond its end is the last one. */
const at = (column: readonly number[], index = 0): number => column[Math.min(index, column.length - 1)] ?? 0
