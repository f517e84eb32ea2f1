import { Argument, Command, Option } from 'commander'
import { SHELLS, type Shell } from './completion.ts'
import { deadVerb, retryVerb } from './jobs.ts'
import { markSentVerb, messagesVerb, resendVerb, sendVerb } from './messages.ts'
import { migrateDatabaseVerb } from './migrate-database.ts'
import { exportOptOutsVerb, importOptOutsVerb, optOutsVerb } from './opt-outs.ts'
import { eraseVerb, exportVerb } from './people.ts'
import { statsVerb } from './stats.ts'
import { backupVerb, reconcileVerb } from './upkeep.ts'
import type { Verb } from './verb.ts'

export interface Runners {
  /** What is done when a verb is given. */
  run: <O extends object>(verb: Verb<O>) => (...given: unknown[]) => Promise<void>
  complete: (shell: Shell) => void
}

/** The verbs of `npm run bridge`, with what they say of themselves. */
export function createProgram({ run, complete }: Runners): Command {
  const program = new Command('bridge')
    .description('Look after a bridge: find messages, mend what broke, copy the data, erase a customer.')
    .option('--json', 'print JSON for programs')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError()
  program.addHelpText(
    'after',
    `\nExit codes: 0 done, 1 refused, failed or not understood, 2 faults in the configuration.\n`,
  )
  examples(program, 'messages --phone +12025550123', 'retry', 'backup copy.db --json')
  messageVerbs(program, run)
  jobVerbs(program, run)
  optOutVerbs(program, run)
  peopleVerbs(program, run)
  upkeepVerbs(program, run)
  examples(
    program
      .command('completion')
      .description('a script that completes verbs and options')
      .addArgument(new Argument('<shell>').choices(SHELLS))
      .action(complete),
    'completion bash >> ~/.bash_completion',
  )
  return program
}

function examples(command: Command, ...lines: string[]): void {
  command.addHelpText('after', `\nExamples:\n${lines.map((line) => `    ${typed(line)}`).join('\n')}`)
}

/** npm says itself what it runs, which is no part of what a file or a program is to be given. */
function typed(line: string): string {
  return /--json| >> /.test(line) ? `npm run --silent bridge -- ${line}` : `npm run bridge -- ${line}`
}

type Run = Runners['run']

const several = (value: string, before: string[] = []) => [...before, value]

function messageVerbs(program: Command, run: Run): void {
  const list = program
    .command('messages')
    .description('the latest messages, newest first')
    .option('--phone <number>', 'only those of one customer')
    .option('--status <status>', 'only those with this status')
    .option('--limit <n>', 'how many', '20')
    .action(run(messagesVerb))
  examples(list, 'messages --phone +12025550123', 'messages --status unknown --json')
  const send = program
    .command('send')
    .argument('<phone>', 'whom to text')
    .argument('[words...]', 'what to say')
    .description('text a customer')
    .option('--from <number>', 'one of our senders; without it the one used last')
    .option('--media <url>', 'a public picture or file; may be given several times', several)
    .option('--at <time>', 'when, as an ISO time; without it at once')
    .option('--key <key>', 'the same key again sends nothing twice')
    .action(run(sendVerb))
  examples(
    send,
    'send +12025550123 "Your order is ready"',
    'send +12025550123 --at 2026-11-24T08:00:00Z "Good morning"',
  )
  const resend = program.command('resend').argument('<message>').description('send a failed or unknown text again')
  examples(resend.action(run(resendVerb)), 'resend 17')
  const mark = program.command('mark-sent').argument('<message>').description('say of an unknown text that it went out')
  examples(mark.action(run(markSentVerb)), 'mark-sent 17')
}

function jobVerbs(program: Command, run: Run): void {
  examples(
    program.command('dead').description('what the bridge has given up on').action(run(deadVerb)),
    'dead',
    'dead --json',
  )
  const retry = program
    .command('retry')
    .argument('[job]', 'a job of "dead"; without it, all of them')
    .description('try what is dead once more')
    .action(run(retryVerb))
  examples(retry, 'retry', 'retry e12')
}

function optOutVerbs(program: Command, run: Run): void {
  const optOuts = program
    .command('opt-outs')
    .description('who wants no texts; the list can be taken out and in as CSV')
    .action(run(optOutsVerb))
  examples(optOuts, 'opt-outs', 'opt-outs export list.csv')
  const taken = optOuts
    .command('export')
    .argument('[file]', 'a new file; without it, to standard output')
    .description('the list as CSV: phone, from (empty: all our numbers), source, reason, created_at')
    .action(run(exportOptOutsVerb))
  examples(taken, 'opt-outs export list.csv')
  const given = optOuts
    .command('import')
    .argument('<file>', 'CSV with the same columns; only phone is needed')
    .description('opt out everybody in a list; nothing is imported while a line has a fault')
    .action(run(importOptOutsVerb))
  examples(given, 'opt-outs import list.csv')
}

function peopleVerbs(program: Command, run: Run): void {
  const shown = program
    .command('export')
    .argument('<phone>', 'whom it is about')
    .argument('[file]', 'a new file; without it, to standard output')
    .description('everything held about one number, as JSON; files are links that work for a week')
    .action(run(exportVerb))
  examples(shown, 'export +12025550123 maria.json')
  const erase = program
    .command('erase')
    .argument('<phone>', 'whom it is about')
    .description('erase everything held about one number; opt-outs stay in force under a pseudonym')
    .option('--twilio', 'redact the texts at Twilio as well; default: retention.redactAtTwilio')
    .option('--no-twilio', 'leave them at Twilio')
    .action(run(eraseVerb))
  examples(erase, 'erase +12025550123', 'erase +12025550123 --twilio')
}

function upkeepVerbs(program: Command, run: Run): void {
  const move = program
    .command('migrate-database')
    .argument('<from>', 'sqlite:<path>, of a bridge that is stopped')
    .argument('<to>', 'postgres://user:password@host:5432/database, empty')
    .description('move a bridge from SQLite to PostgreSQL, all of it or nothing')
    .action(run(migrateDatabaseVerb))
  examples(move, 'migrate-database sqlite:./data/bridge.db postgres://bridge@db.example.com/bridge')
  const look = program
    .command('reconcile')
    .option('--since <time>', 'an ISO time; earlier than the installation imports history')
    .description('look for messages missed on either side, now')
    .action(run(reconcileVerb))
  examples(look, 'reconcile', 'reconcile --since 2026-11-24T08:00:00Z')
  const copy = program
    .command('backup')
    .argument('<file>', 'a new file')
    .description('make a verified copy of a running SQLite database')
    .action(run(backupVerb))
  examples(copy, 'backup copy.db')
  const stats = program
    .command('stats')
    .description('volumes, delivery, errors, time to first reply and cost, by days or hours of UTC')
    .option('--from <time>', 'default: 30 days before --to, or one day where the buckets are hours')
    .option('--to <time>', 'default: now')
    .addOption(new Option('--bucket <width>', 'how fine').choices(['hour', 'day']).default('day'))
    .action(run(statsVerb))
  examples(stats, 'stats', 'stats --from 2026-11-01 --bucket hour --json')
}
