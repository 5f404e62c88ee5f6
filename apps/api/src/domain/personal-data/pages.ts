import { firstId } from '../../utils/first-id.ts'

/** How many rows are read at once. */
const pageSize = 500

/** A page of rows in the order of their ids. */
const pageAfter = (id: string) => ({
  where: { id: { gt: id } },
  orderBy: { id: 'asc' as const },
  take: pageSize,
})

/** Reads rows page by page, so that the size of an account costs no memory. */
export async function* pages<Row extends { id: string }, Exported>(
  read: (page: ReturnType<typeof pageAfter>) => Promise<Row[]>,
  toExported: (row: Row) => Exported,
): AsyncGenerator<Exported> {
  let last = firstId
  let rows: Row[]
  do {
    rows = await read(pageAfter(last))
    for (const row of rows) yield toExported(row)
    last = rows.at(-1)?.id ?? last
  } while (rows.length === pageSize)
}
