/** Far fewer values than either database takes in one statement. */
const AT_ONCE = 500

/** Asks for many values a part at a time. */
export async function inParts<Row>(values: string[], ask: (some: string[]) => Promise<Row[]>): Promise<Row[]> {
  const rows: Row[] = []
  for (let start = 0; start < values.length; start += AT_ONCE) {
    rows.push(...(await ask(values.slice(start, start + AT_ONCE))))
  }
  return rows
}
