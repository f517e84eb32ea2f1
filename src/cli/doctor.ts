import { Command } from 'commander'
import { loadConfig } from '../config/load.ts'
import { type Finding, fail, isWell, ok, shown, warn } from '../doctor/check.ts'
import { examine, mend } from '../doctor/examine.ts'
import { ConfigError } from '../errors.ts'
import { keepNewFilesPrivate } from '../private-files.ts'
import { findingLine } from './finding-line.ts'
import { surroundingsFor } from './surroundings-for.ts'

/** `npm run doctor`: what is wrong, why, and what to do. Changes nothing unless it is told to. */
const program = new Command('doctor')
  .description('Check everything the bridge depends on: one line each, with what to do. Exit 0 when nothing fails.')
  .option('--json', 'print { ok, checks } for programs')
  .option('--fix', 'mend what can be: webhooks that point elsewhere, a missing tag, missing attributes')
  .showHelpAfterError()

interface Options {
  json?: boolean
  fix?: boolean
}

async function main({ json, fix }: Options): Promise<void> {
  const findings = await look(fix === true)
  const ok = isWell(findings)
  const text = json
    ? JSON.stringify({ ok, checks: findings.map(shown) }, null, 2)
    : findings.map(findingLine).join('\n')
  process.stdout.write(`${text}\n`)
  process.exitCode = ok ? 0 : 1
}

async function look(fix: boolean): Promise<Finding[]> {
  let read: ReturnType<typeof loadConfig>
  try {
    read = loadConfig()
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(configFault)
    throw error
  }
  const surroundings = surroundingsFor(read.config)
  const first = await examine(surroundings)
  const mended = fix ? await mend(first) : []
  const last = mended.length > 0 ? await examine(surroundings) : first
  const notMended = mended.flatMap(({ name, error }) => (error === null ? [] : [mendFault(name, error)]))
  return [...configChecks(read.warnings), ...last.map((one) => told(one, mended)), ...notMended]
}

/** Whoever asked for a mending wants to hear of it. */
function told(finding: Finding, mended: readonly { name: string }[]): Finding {
  const isMended = finding.status === 'ok' && mended.some(({ name }) => name === finding.name)
  return isMended ? { ...finding, message: `${finding.message} Mended just now.` } : finding
}

const CURE =
  'Run `npm run setup`, or correct it in the environment, in .env or in the behaviour file; .env.example explains each variable.'

const configFault = (fault: string) => fail('configuration', `${fault}.`, CURE)

function configChecks(warnings: readonly string[]): Finding[] {
  if (warnings.length === 0) return [ok('configuration', 'The environment and the behaviour file have no faults.')]
  return warnings.map((warning) => warn('configuration', `${warning}.`, CURE))
}

function mendFault(name: string, error: string): Finding {
  return fail(`fix ${name}`, `It could not be mended: ${error}`, 'Mend it by hand, as its own line says.')
}

keepNewFilesPrivate()
program
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : 'Something went wrong.'}\n`)
    process.exitCode = 1
  })
