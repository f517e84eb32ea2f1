import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import type { Received } from '../../src/sandbox/http.ts'

export type Request = Pick<Received, 'method' | 'path' | 'query' | 'headers' | 'raw' | 'body'>

/** A vendor's OpenAPI file, as far as it speaks of requests. */
export interface Contract {
  /** What is wrong with a request; empty when it is as the file says. */
  faults(request: Request): string[]
}

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
}
interface Operation {
  parameters?: Parameter[]
  requestBody?: { required?: boolean; content: Record<string, unknown> }
}
interface Spec {
  paths: Record<string, Record<string, Operation>>
}
interface Route {
  template: string
  method: string
  operation: Operation
  /** Values of the path's parameters, decoded. */
  values: Record<string, string>
}

/** A vendor's OpenAPI file, as prepare.mjs has kept it from beside the repository; null where it is not at hand. */
export function readSpec(vendor: 'twilio-api-v2010' | 'intercom-openapi'): Spec | null {
  const folder = process.env.CONTRACTS_AS_JSON
  return folder ? JSON.parse(readFileSync(join(folder, `${vendor}.json`), 'utf8'), nullable) : null
}

/** The contract is read when it is first asked for. */
function contractOf(vendor: Parameters<typeof readSpec>[0]): () => Contract | null {
  let contract: Contract | null | undefined
  return () => {
    if (contract !== undefined) return contract
    const spec = readSpec(vendor)
    contract = spec && openContract(spec)
    return contract
  }
}

export const twilioContract = contractOf('twilio-api-v2010')
export const intercomContract = contractOf('intercom-openapi')

/** Throws at the first request that is not what the vendor's OpenAPI file says, naming every fault of it. */
export function checkRequests(contract: Contract | null, vendor: string, requests: readonly Request[]): void {
  for (const request of contract ? requests : []) {
    const faults = contract?.faults(request) ?? []
    if (faults.length === 0) continue
    const what = `${request.method} ${request.path}`
    throw new Error(`${what} is not a request that ${vendor} documents:\n${faults.map((f) => `  ${f}`).join('\n')}`)
  }
}

/** @param spec read with `nullable` */
export function openContract(spec: Spec): Contract {
  const validate = validatorOf(spec)
  return {
    faults(request) {
      const route = findRoute(spec, request)
      if (!route) return ['there is no such method and path']
      return [...parameterFaults(route, request, validate), ...bodyFaults(route, request, validate)]
    },
  }
}

/** For the parser: Ajv takes `nullable` only beside a `type`. */
export function nullable(_key: unknown, value: unknown): unknown {
  const lone = typeof value === 'object' && value !== null && 'nullable' in value && !('type' in value)
  if (!lone) return value
  const { nullable: _, ...schema } = value
  return { anyOf: [schema, { type: 'null' }] }
}

type Validate = (pointer: string[], value: unknown, texts: boolean) => string[]

/** Validators are compiled at first use. Paths and forms hold texts only, so there a text may stand for what it spells. */
function validatorOf(spec: Spec): Validate {
  const formats = { uri: URL.canParse, 'date-time': (text: string) => !Number.isNaN(Date.parse(text)) }
  const options = { strict: false, allErrors: true, logger: false, formats } as const
  const exact = new Ajv(options).addSchema(spec, 'spec')
  const spelled = new Ajv({ ...options, coerceTypes: 'array' }).addSchema(spec, 'spec')
  return (pointer, value, texts) => {
    const ajv = texts ? spelled : exact
    // Kept by Ajv under its reference, so it is compiled once.
    const validate = ajv.getSchema(`spec#/${pointer.map(escapePointer).join('/')}`)
    if (!validate) throw new Error(`No schema at ${pointer.join(' ')}`)
    if (validate({ value: structuredClone(value) }.value)) return []
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`.trim())
  }
}

const escapePointer = (key: string) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))

/** What is spelled out goes before what is a parameter: `/contacts/search` is not the contact "search". */
function findRoute(spec: Spec, { method, path }: Request): Route | null {
  const templates = Object.keys(spec.paths).sort((a, b) => a.split('{').length - b.split('{').length)
  for (const template of templates) {
    const operation = spec.paths[template]?.[method.toLowerCase()]
    const values = operation && matchPath(template, path)
    if (values) return { template, method: method.toLowerCase(), operation, values }
  }
  return null
}

function matchPath(template: string, path: string): Record<string, string> | null {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const literal = template.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
  const match = new RegExp(`^${literal.replace(/\{\w+\}/g, '([^/]+)')}$`).exec(path)
  return match && Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')]))
}

function parameterFaults(route: Route, request: Request, validate: Validate): string[] {
  const parameters = route.operation.parameters ?? []
  const faults = parameters.flatMap((parameter, index) => {
    const value = given(parameter, route, request)
    const name = `${parameter.in} parameter ${parameter.name}`
    if (value === undefined) return parameter.required ? [`${name} is missing`] : []
    const pointer = ['paths', route.template, route.method, 'parameters', String(index), 'schema']
    return validate(pointer, value, true).map((fault) => `${name} ${fault}`)
  })
  const known = new Set(parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name))
  const unknown = [...request.query.keys()].filter((name) => !known.has(name))
  return [...faults, ...unknown.map((name) => `query parameter ${name} is not known`)]
}

function given(parameter: Parameter, route: Route, { query, headers }: Request): string | undefined {
  if (parameter.in === 'path') return route.values[parameter.name]
  if (parameter.in === 'query') return query.get(parameter.name) ?? undefined
  const header = headers[parameter.name.toLowerCase()]
  return Array.isArray(header) ? header[0] : header
}

function bodyFaults(route: Route, { headers, raw, body }: Request, validate: Validate): string[] {
  const { requestBody } = route.operation
  if (raw.length === 0) return requestBody?.required ? ['the body is missing'] : []
  if (!requestBody) return ['there should be no body']
  const type = headers['content-type']?.split(';', 1).join('').trim() ?? ''
  if (!(type in requestBody.content)) return [`a body of type ${type || '(none)'} is not taken`]
  const pointer = ['paths', route.template, route.method, 'requestBody', 'content', type, 'schema']
  return validate(pointer, body, type !== 'application/json').map((fault) => `body ${fault}`)
}
