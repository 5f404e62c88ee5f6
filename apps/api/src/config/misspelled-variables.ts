import { variableNames } from './schema.ts'

const known: ReadonlySet<string> = new Set(variableNames)

/**
 * @returns one line for each variable that looks like a misspelled one of the project's, and for each unknown one in its env files.
 *
 * @param ownNames the variables in our env files, where nothing else belongs.
 */
export function describeMisspelled(names: string[], ownNames: string[] = []): string[] {
  const own = new Set(ownNames)
  return names.flatMap((name) => {
    // npm puts its whole configuration into the environment of what it starts.
    if (known.has(name) || !/^\w{1,64}$/.test(name) || name.startsWith('npm_')) return []
    const meant = variableNames.find((candidate) => resembles(name, candidate))
    if (meant === undefined && !own.has(name)) return []
    return `${name} is set, and nothing reads it${meant === undefined ? '' : `: did you mean ${meant}?`}`
  })
}

/** A few letters away, another number, a word more at one end, or a word less at the end. */
function resembles(given: string, documented: string): boolean {
  const [name, target] = [normalize(given), normalize(documented)]
  if (distance(name, target) <= toleratedEdits(target)) return true
  // Words such as HOST and PORT are part of too many names.
  if (!target.includes('_')) return false
  return (
    name.endsWith(`_${target}`) ||
    name.startsWith(`${target}_`) ||
    (name.includes('_') && target.startsWith(`${name}_`))
  )
}

/** Upper case and singular. */
const normalize = (name: string) =>
  name
    .toUpperCase()
    .split('_')
    .map((word) => word.replace(/IES$/, 'Y').replace(/(?<=...)S$/, ''))
    .join('_')

const toleratedEdits = ({ length }: string) => (length >= 8 ? 2 : length >= 4 ? 1 : 0)

/** How many letters have to be added, removed, replaced or swapped with their neighbour. */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Number.POSITIVE_INFINITY
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0
  for (let row = 1; row <= one.length; row += 1) {
    rows[row] = [row]
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1]
      const edits = [
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (isSame ? 0 : 1),
      ]
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      if (isSwapped && row > 1 && column > 1) edits.push(at(row - 2, column - 2) + 1)
      rows[row]?.push(Math.min(...edits))
    }
  }
  return at(one.length, other.length)
}
