import type { Outcome } from './case.ts'
import { seed } from './random.ts'

const COLUMNS = ['tried', 'texts', 'replies', 'lost', 'doubled', 'disordered', 'notes'] as const

/** One line per fault and one for all; a case that never came to its end shows why. */
export function table(outcomes: Map<string, Outcome | string>): string {
  const judged = [...outcomes].flatMap(([, outcome]) => (typeof outcome === 'string' ? [] : [outcome]))
  const total = (column: (typeof COLUMNS)[number]) => judged.reduce((sum, outcome) => sum + outcome[column], 0)
  const lines = [...outcomes].map(([name, outcome]) => row(name, outcome))
  const head = line(
    COLUMNS.map((column) => (column === 'disordered' ? 'out of order' : column)),
    'fault',
  )
  return ['', head, ...lines, line(COLUMNS.map(total), `in all ${outcomes.size}`), `FAULT_SEED=${seed}`, ''].join('\n')
}

/** The line of one fault. */
export function row(name: string, outcome: Outcome | string): string {
  if (typeof outcome === 'string') return `${name}: ${outcome.split('\n', 1)}`
  return line(
    COLUMNS.map((column) => outcome[column]),
    outcome.problems.length > 0 ? `${name}: FAILED` : name,
  )
}

function line(cells: (string | number)[], name: string): string {
  return [...cells.map((cell) => String(cell).padStart(12)), name].join('  ')
}
