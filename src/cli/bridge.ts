import type { Command } from 'commander'
import { formatFaults, loadConfig } from '../config/load.ts'
import { ConfigError } from '../errors.ts'
import { keepNewFilesPrivate } from '../private-files.ts'
import { completionFor } from './completion.ts'
import { createProgram } from './program.ts'
import { progressOn } from './progress.ts'
import type { Verb } from './verb.ts'

/**
 * `npm run bridge -- <verb>`: what an operator does at the command line, beside a bridge that may be running. It works on
 * the same database; a running bridge notices within a second.
 */
const program = createProgram({
  run,
  complete: (shell) => void process.stdout.write(completionFor(program, shell)),
})

function run<O extends object>(verb: Verb<O>) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command
    const { config } = loadConfig()
    const progress = progressOn(process.stderr)
    const { data, text } = await verb({ config, args: command.args, options: command.opts<O>(), progress })
    const json = program.opts<{ json?: boolean }>().json === true
    process.stdout.write(`${json ? JSON.stringify(data, null, 2) : text}\n`)
  }
}

keepNewFilesPrivate()
program.parseAsync().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    process.stderr.write(`${formatFaults(error)}\n`)
    process.exitCode = 2
    return
  }
  process.stderr.write(`${error instanceof Error ? error.message : 'Something went wrong.'}\n`)
  process.exitCode = 1
})
