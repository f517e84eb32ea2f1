import { behaviourJsonSchema, behaviourSchema } from '../../src/config/behaviour.ts'
import { SECRETS } from '../../src/config/env-reading.ts'
import { read } from '../support/project.ts'

interface Schema {
  type?: string
  description?: string
  default?: unknown
  const?: string
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
}

interface Setting {
  /** `limits.intercomPerMinute`, `keywords[].words` */
  path: string
  default: string
  description: string
}

/** Every single setting of the behaviour file. */
export function behaviourSettings(): Setting[] {
  return settingsIn(behaviourJsonSchema() as Schema, '')
}

function settingsIn(schema: Schema, path: string): Setting[] {
  const inside = partsOf(schema)
  if (inside.length > 0) {
    return inside.flatMap(([name, part]) => settingsIn(part, path === '' ? name : `${path}.${name}`))
  }
  const item = schema.items && settingsIn(schema.items, `${path}[]`).filter((each) => each.path !== `${path}[]`)
  if (item && item.length > 0) return item
  const value = schema.default ?? defaultOf(path)
  const shown = value === undefined ? '' : `\`${JSON.stringify(value)}\``
  return [{ path, default: shown, description: schema.description ?? '' }]
}

/** What the schema cannot say: a default in another form than it is written in. */
function defaultOf(path: string): unknown {
  let value: unknown = behaviourSchema.parse({})
  for (const name of path.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[name]
  return value
}

/** The settings within a group; of a group in several forms, those of all forms, each once. */
function partsOf({ properties, anyOf = [], oneOf = [] }: Schema): [string, Schema][] {
  const parts = new Map(Object.entries(properties ?? {}))
  for (const form of [...anyOf, ...oneOf]) {
    for (const [name, part] of partsOf(form)) {
      const known = parts.get(name)
      const kinds = [known?.description, part.const].filter((word) => word !== undefined)
      if (part.const !== undefined) parts.set(name, { description: kinds.join(', ') })
      else if (known === undefined) parts.set(name, part)
    }
  }
  return [...parts]
}

interface Variable {
  section: string
  name: string
  default: string
  description: string
}

/** What `.env.example` says of each variable. */
export function variables(): Variable[] {
  const found: Variable[] = []
  let section = ''
  let comment: string[] = []
  for (const line of read('.env.example').split('\n')) {
    const [, name, value] = /^(?:# )?([A-Z_]+)=(.*)$/.exec(line) ?? []
    if (/^# ---- /.test(line)) section = line.replace(/^# ---- (.*) ----$/, '$1')
    else if (name !== undefined) {
      const words = comment.join(' ').replace(/\s*Type: .*/, '')
      found.push({ section, name, default: value ? `\`${value}\`` : '', description: words })
      comment = []
    } else if (line === '') comment = []
    else comment.push(line.replace(/^# ?/, ''))
  }
  return found
}

/** docs/settings.md */
export function settingsPage(): string {
  const rows = variables().map((v) => {
    const secret = SECRETS.some((name) => name === v.name)
    return `| \`${v.name}\`${secret ? ' *' : ''} | ${v.default} | ${cell(v.description)} |`
  })
  const settings = behaviourSettings().map((s) => `| \`${s.path}\` | ${cell(s.default)} | ${cell(s.description)} |`)
  return [
    '# Settings',
    '',
    'Made from the code and `.env.example` (`UPDATE_DOCS=1 npm test -- test/docs`); a test compares.',
    '',
    '## Environment',
    '',
    'Read from the environment and from `.env` in the working directory; the environment wins. `*`: a secret, which may be given as',
    '`NAME_FILE`, the path of a file that holds it. Types and examples: [`.env.example`](../.env.example).',
    '',
    '| variable | default | |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '## Behaviour file',
    '',
    'Every setting of `config/bridge.yaml`; all are optional. With comments and examples:',
    '[`config/bridge.example.yaml`](../config/bridge.example.yaml).',
    '',
    '| setting | default | |',
    '| --- | --- | --- |',
    ...settings,
    '',
  ].join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
}
