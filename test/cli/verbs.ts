import type { Command } from 'commander'
import { createProgram } from '../../src/cli/program.ts'

/** The command line as it is described, without doing anything. */
export const program = createProgram({ run: () => async () => {}, complete: () => {} })

/** Every verb as one would type it, with those below it. */
export const VERBS = verbsOf(program)

function verbsOf(parent: Command, before: string[] = []): string[] {
  return parent.commands.flatMap((verb) => {
    const path = [...before, verb.name()]
    return [path.join(' '), ...verbsOf(verb, path)]
  })
}
