import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse, parseDocument } from 'yaml'
import { behaviourJsonSchema, behaviourSchema } from '../../src/config/behaviour.ts'
import { parseBehaviour } from '../../src/config/behaviour-file.ts'
import { SECRETS, VARIABLES } from '../../src/config/env-reading.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const example = read('config/bridge.example.yaml')
/** Settings that are off stand behind a bare "#", prose behind "# ". */
const everything = example.replace(/^#(?=\S| {2})/gm, '')

describe('config/bridge.schema.json', () => {
  test('equals what the code says (else: npm run build && node scripts/write-config-schema.mjs)', () => {
    expect(JSON.parse(read('config/bridge.schema.json'))).toEqual(JSON.parse(JSON.stringify(behaviourJsonSchema())))
  })

  test('accepts the example file, in full, and refuses an unknown key', () => {
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(behaviourJsonSchema())
    expect(validate(parse(everything))).toBe(true)
    expect(validate({ replies: { maxSegment: 1 } })).toBe(false)
  })
})

describe('config/bridge.example.yaml', () => {
  test('shows the defaults', () => {
    expect(parseBehaviour(example, 'example').behaviour).toEqual(behaviourSchema.parse({}))
  })

  test('has nothing but valid examples', () => {
    const { behaviour, faults } = parseBehaviour(everything, 'example')
    expect(faults).toBeUndefined()
    expect(behaviour?.notify.map(({ kind }) => kind)).toEqual(['slack', 'webhook', 'email'])
  })

  test.each(Object.entries(behaviourJsonSchema().properties ?? {}))('shows every setting of %s', (name, schema) => {
    const shown = parse(everything)
    expect(Object.keys(shown)).toContain(name)
    if (typeof schema === 'object' && schema.properties) {
      expect(Object.keys(shown[name])).toEqual(Object.keys(schema.properties))
    }
  })
})

/** The path of every group of settings in a parsed file. */
function groups(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return []
  const inside = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return [...(Array.isArray(value) ? [] : [path]), ...inside.flatMap(([step, child]) => groups(child, [...path, step]))]
}

describe('a key that is not a setting', () => {
  test.each(groups(parse(everything)).map((path) => ({ path })))('is refused, alone, under $path', ({ path }) => {
    const document = parseDocument(everything)
    document.setIn([...path, 'xyzzy'], 1)
    const text = String(document)
    const line = text.split('\n').findIndex((each) => each.includes('xyzzy')) + 1
    const { faults } = parseBehaviour(text, 'example')
    expect(faults).toEqual([expect.stringMatching(`^example line ${line}: .*xyzzy is not a setting; `)])
  })
})

describe('.env.example', () => {
  const lines = read('.env.example').split('\n')

  test('has every variable, once, and nothing else', () => {
    const shown = lines.flatMap((line) => line.match(/^(?:# )?([A-Z_]+)=/)?.[1] ?? [])
    expect(shown).toEqual([...VARIABLES])
  })

  test.each(VARIABLES)('says what type %s is, and whether it is a secret', (name) => {
    const at = lines.findIndex((line) => line.replace('# ', '').startsWith(`${name}=`))
    const above = lines.slice(0, at).slice(lines.slice(0, at).findLastIndex((line) => !line.startsWith('# ')) + 1)
    const type = above.filter((line) => line.includes('Type: ')).at(-1)
    expect(type).toBeDefined()
    expect(type?.includes('(secret)')).toBe(SECRETS.some((secret) => secret === name))
  })
})
