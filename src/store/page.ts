export interface Page<Item> {
  data: Item[]
  /** The cursor of the page after it; null on the last page. */
  next: string | null
}

/**
 * A page of a list that was asked for one row more than it holds: that row only tells that there is another page.
 * @param cursorOf the cursor behind which the next page begins
 */
export function pageOf<Row, Item>(
  rows: Row[],
  o: { limit: number; show: (row: Row) => Item; cursorOf: (last: Row) => string },
): Page<Item> {
  const page = rows.slice(0, o.limit)
  const last = rows.length > page.length ? page.at(-1) : undefined
  return { data: page.map(o.show), next: last ? o.cursorOf(last) : null }
}

/** Where the rows of a list are told apart by their number. */
export const byId = (row: { id: number }): string => String(row.id)
