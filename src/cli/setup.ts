import { resolve } from 'node:path'
import { Command } from 'commander'
import { wallClock } from '../clock.ts'
import { type Environment, SECRETS, VARIABLES } from '../config/env-reading.ts'
import { formatFaults, loadConfig, readEnvironment } from '../config/load.ts'
import { readText } from '../config/read-text.ts'
import { ConfigError } from '../errors.ts'
import { keepNewFilesPrivate } from '../private-files.ts'
import { terminal } from './setup/ask.ts'
import { carryOut } from './setup/carry-out.ts'
import { type Values, writeEnvFile } from './setup/env-file.ts'
import { askForAll } from './setup/questions.ts'
import { surroundingsFor } from './surroundings-for.ts'

/** `npm run setup`: from credentials to a bridge that only has to be started. It can be repeated at any time. */
const program = new Command('setup')
  .description('Connect the bridge: check the credentials, write .env, point Twilio and prepare Intercom.')
  .option('--yes', 'ask nothing: take everything from the environment and .env')
  .showHelpAfterError()

async function main({ yes }: { yes?: boolean }): Promise<void> {
  const { env } = readEnvironment()
  const values = { ...named(env), ...(yes ? {} : await ask(env)) }
  const { config } = loadConfig({ ...env, ...values })
  const done = await carryOut(
    surroundingsFor(config),
    () => writeEnvFile(resolve('.env'), values),
    (words) => process.stdout.write(`${words}\n`),
  )
  process.exitCode = done ? 0 : 1
}

async function ask(env: Environment): Promise<Values> {
  if (!process.stdin.isTTY)
    throw new Error('There is no terminal to ask at: give everything in the environment, and --yes.')
  const inFiles = secretsInFiles(env)
  const answers = await askForAll(terminal, { ...env, ...inFiles }, wallClock)
  return Object.fromEntries(Object.entries(answers).filter(([name, answer]) => inFiles[name] !== answer))
}

/** They are offered like any other, and unchanged they stay in their files. */
function secretsInFiles(env: Environment): Values {
  const found = SECRETS.map((name) => [name, env[name] ? undefined : env[`${name}_FILE`]?.trim()] as const)
  return Object.fromEntries(
    found.flatMap(([name, path]) => {
      const text = path ? readText(resolve(path)).text?.trim() : undefined
      return text ? [[name, text]] : []
    }),
  )
}

/** The bridge's own variables among all, as far as they are given. */
function named(env: Environment): Values {
  const names = [...VARIABLES, ...SECRETS.map((name) => `${name}_FILE`)]
  return Object.fromEntries(names.flatMap((name) => (env[name]?.trim() ? [[name, env[name].trim()]] : [])))
}

keepNewFilesPrivate()
program
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    const config = error instanceof ConfigError
    const words = error instanceof Error ? error.message : 'Something went wrong.'
    // Ctrl-C at a question.
    if (error instanceof Error && error.name === 'ExitPromptError') process.stderr.write('Nothing was changed.\n')
    else process.stderr.write(`${config ? formatFaults(error) : words}\n`)
    process.exitCode = config ? 2 : 1
  })
