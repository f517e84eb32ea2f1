import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type ScalarTag,
} from 'yaml'
import { type Behaviour, behaviourSchema } from './behaviour.ts'
import { behaviourFaults, describeIssue } from './behaviour-faults.ts'
import { readText } from './read-text.ts'

/** A behaviour, or everything that is wrong with its file: one sentence per fault, in the order of the file. */
export type BehaviourReading = { behaviour: Behaviour; faults?: never } | { behaviour?: never; faults: string[] }

/** YAML takes +12025550111 for an integer and drops the plus; we know it for a phone number. */
const phoneNumber: ScalarTag = {
  tag: 'tag:yaml.org,2002:str',
  default: true,
  test: /^\+[0-9]+$/,
  resolve: (text) => text,
}

/**
 * Reads the behaviour file. One that is absent is all defaults, unless somebody asked for it by name (`named`).
 * `shown` is the path as people wrote it. Throws nothing.
 */
export function readBehaviourFile(path: string, shown: string, named: boolean): BehaviourReading {
  const { text, code } = readText(path)
  if (text !== undefined) return parseBehaviour(text, shown)
  if (code === 'ENOENT' && !named) return { behaviour: behaviourSchema.parse({}) }
  const reason = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`
  return { faults: [`BRIDGE_CONFIG: the file ${shown} ${reason}`] }
}

/** Parses YAML 1.2 (https://yaml.org/spec/1.2.2/) and validates it; `shown` names the file in the faults. */
export function parseBehaviour(text: string, shown: string): BehaviourReading {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    lineCounter: lines,
    // the pretty form quotes the source, which may hold secrets
    prettyErrors: false,
    customTags: (tags) => [phoneNumber, ...tags],
  })
  const at = (offset: number) => `${shown} line ${lines.linePos(offset).line}`
  if (document.errors.length > 0) {
    return { faults: document.errors.map((error) => `${at(error.pos[0])}: is not YAML: ${error.message}`) }
  }

  let value: unknown
  try {
    value = document.toJS() ?? {}
  } catch (error) {
    return { faults: [`${shown}: is not YAML: ${error instanceof Error ? error.message : String(error)}`] }
  }

  const result = behaviourSchema.safeParse(value, { error: describeIssue })
  if (result.success) return { behaviour: result.data }
  const found = behaviourFaults(result.error.issues).map(({ path, message }) => {
    const offset = offsetOf(document, path)
    return { offset, sentence: `${at(offset)}: ${keyPath(path)} ${message}` }
  })
  return { faults: found.sort((a, b) => a.offset - b.offset).map(({ sentence }) => sentence) }
}

/** `keywords[0].match`, as it would be written in a program; the whole file when empty. */
function keyPath(path: PropertyKey[]): string {
  if (path.length === 0) return 'the file'
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index ? '.' : ''}${String(step)}`))
    .join('')
}

/** Where a key stands in the text; for a key that is missing, where its group begins. */
function offsetOf(document: Document, path: PropertyKey[]): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document)
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      if (pair === undefined) break
      offset = startOf(pair.key) ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      offset = startOf(node) ?? offset
    } else break
  }
  return offset
}

const startOf = (node: unknown) => (isNode(node) ? node.range?.[0] : undefined)
