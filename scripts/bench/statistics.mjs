/** Of numbers in any order; `share` from 0 to 1. */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
}

export const median = (values) => percentile(values, 0.5)

export const round = (value, digits = 2) => Number(value.toFixed(digits))

/** @returns for table cells: `{ min, median, max }` of the values */
export function spread(values, digits = 0) {
  const of = (value) => round(value, digits)
  return { min: of(Math.min(...values)), median: of(median(values)), max: of(Math.max(...values)) }
}

/**
 * How `values` compare to `base`, measured in turns: the ratio of the medians, and the spread of the ratios round by
 * round, in which whatever slowed the machine down for a while slowed down both.
 */
export function compare(values, base) {
  return {
    ratio: round(median(values) / median(base)),
    byRound: spread(
      values.map((value, n) => value / base[n]),
      2,
    ),
  }
}

const SIGNS = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>=': (value, bound) => value >= bound,
}

/** A target: `wanted` is `<`, `<=` or `>=`, a space and a number. */
export function target(what, value, wanted, unit = '') {
  const [sign, bound] = wanted.split(' ')
  return { what, value, unit, wanted: `${wanted}${unit}`, met: SIGNS[sign](value, Number(bound)) }
}

/** Rows are objects with the same keys, which are the headings; the first column is text. */
export function formatTable(rows) {
  const headings = Object.keys(rows[0])
  const lines = [headings, ...rows.map((row) => headings.map((heading) => String(row[heading])))]
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  const cell = (text, column) => (column === 0 ? text.padEnd(widths[column]) : text.padStart(widths[column]))
  return lines.map((line) => line.map(cell).join('  ')).join('\n')
}
