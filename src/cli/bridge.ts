import { Command } from 'commander'
import { formatFaults, loadConfig } from '../config/load.ts'
import { ConfigError } from '../errors.ts'
import { exportOptOutsVerb, importOptOutsVerb, optOutsVerb } from './opt-outs.ts'
import type { Verb } from './verb.ts'
import { backupVerb, deadVerb, markSentVerb, messagesVerb, reconcileVerb, resendVerb, retryVerb } from './verbs.ts'

/**
 * `npm run bridge -- <verb>`: what an operator does at the command line, beside a bridge that may be running. It works on
 * the same database; a running bridge notices within a second.
 */
const program = new Command('bridge')
  .description('Look after a bridge: find messages, mend what broke, copy the data.')
  .option('--json', 'print JSON for programs')
  .showHelpAfterError()

program
  .command('messages')
  .description('the latest messages, newest first')
  .option('--phone <number>', 'only those of one customer')
  .option('--status <status>', 'only those with this status')
  .option('--limit <n>', 'how many', '20')
  .action(run(messagesVerb))
program.command('dead').description('what the bridge has given up on').action(run(deadVerb))
program
  .command('retry')
  .argument('[job]', 'a job of "dead"; without it, all of them')
  .description('try what is dead once more')
  .action(run(retryVerb))
program
  .command('resend')
  .argument('<message>')
  .description('send a failed or unknown text again')
  .action(run(resendVerb))
program
  .command('mark-sent')
  .argument('<message>')
  .description('say of an unknown text that it went out')
  .action(run(markSentVerb))
program
  .command('reconcile')
  .option('--since <time>', 'an ISO time; earlier than the installation imports history')
  .description('look for messages missed on either side, now')
  .action(run(reconcileVerb))
program
  .command('backup')
  .argument('<file>', 'a new file')
  .description('make a verified copy of a running SQLite database')
  .action(run(backupVerb))

const optOuts = program
  .command('opt-outs')
  .description('who wants no texts; the list can be taken out and in as CSV')
  .action(run(optOutsVerb))
optOuts
  .command('export')
  .argument('[file]', 'a new file; without it, to standard output')
  .description('the list as CSV: phone, from (empty: all our numbers), source, reason, created_at')
  .action(run(exportOptOutsVerb))
optOuts
  .command('import')
  .argument('<file>', 'CSV with the same columns; only phone is needed')
  .description('opt out everybody in a list; nothing is imported while a line has a fault')
  .action(run(importOptOutsVerb))

function run(verb: Verb) {
  return async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command
    const options = command.opts<Record<string, string | undefined>>()
    const { config } = loadConfig()
    const { data, text } = await verb({ config, args: command.args, options })
    const json = program.opts<{ json?: boolean }>().json === true
    process.stdout.write(`${json ? JSON.stringify(data, null, 2) : text}\n`)
  }
}

program.parseAsync().catch((error: unknown) => {
  if (error instanceof ConfigError) {
    process.stderr.write(`${formatFaults(error)}\n`)
    process.exitCode = 2
    return
  }
  process.stderr.write(`${error instanceof Error ? error.message : 'Something went wrong.'}\n`)
  process.exitCode = 1
})
