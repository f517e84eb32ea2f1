import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { ConfigError } from '../errors.ts'
import type { Behaviour } from './behaviour.ts'
import { readBehaviourFile } from './behaviour-file.ts'
import { readEnv } from './env.ts'
import type { Environment } from './env-reading.ts'
import { readText } from './read-text.ts'
import type { Config } from './types.ts'

/**
 * The whole configuration: the environment, `.env` in `cwd` for what the environment leaves open, and the behaviour
 * file. Deeply frozen. Throws one {@link ConfigError} with every fault of all three.
 */
export function loadConfig(
  env: Environment = process.env,
  cwd: string = process.cwd(),
): { config: Config; warnings: string[] } {
  const { env: given, faults } = readEnvironment(env, cwd)
  const reading = readEnv(given, cwd)
  const { path, named } = reading.behaviourFile
  const { behaviour, faults: behaviourFaults = [] } = readBehaviourFile(resolve(cwd, path), path, named)
  faults.push(...reading.faults, ...behaviourFaults)
  if (behaviour && notifiesByEmail(behaviour) && !reading.config.smtpUrl && !mentions(faults, 'SMTP_URL')) {
    faults.push(`SMTP_URL: is missing, while notify in ${path} sends e-mail`)
  }
  if (behaviour === undefined || faults.length > 0) throw new ConfigError(faults)
  return { config: deepFreeze({ ...reading.config, behaviour }), warnings: reading.warnings }
}

/** The environment, with what `.env` in `cwd` says of the variables that it leaves open. */
export function readEnvironment(
  env: Environment = process.env,
  cwd: string = process.cwd(),
): { env: Environment; faults: string[] } {
  const faults: string[] = []
  return { env: { ...readDotEnv(resolve(cwd, '.env'), env, faults), ...env }, faults }
}

/** The faults as people read them in a terminal. */
export function formatFaults({ faults }: ConfigError): string {
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`
  return [`The configuration has ${count}:`, ...faults.map((fault) => `  - ${fault}`)].join('\n')
}

/** What `.env` says of variables that the real environment does not give, neither as `X` nor as `X_FILE`. */
function readDotEnv(path: string, env: Environment, faults: string[]): Environment {
  const { text = '', code } = readText(path)
  if (code !== undefined && code !== 'ENOENT') faults.push(`.env: cannot be read (${code})`)
  const left = Object.entries(parseEnv(text)).filter(([name]) => !env[twin(name)])
  return Object.fromEntries(left)
}

const twin = (name: string) => (name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : `${name}_FILE`)

const notifiesByEmail = (behaviour: Behaviour) => behaviour.notify.some(({ kind }) => kind === 'email')

const mentions = (faults: string[], name: string) => faults.some((fault) => fault.startsWith(name))

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}
