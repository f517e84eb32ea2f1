import { z } from 'zod'
import { REFUSALS, type RefusalCode } from './refusals.ts'
import type { Description } from './route.ts'

type Json = Record<string, unknown>

const ERROR = z
  .object({ error: z.object({ code: z.enum(Object.keys(REFUSALS) as [RefusalCode]), message: z.string() }) })
  .meta({ id: 'Error' })

/** What any route may answer; the rest is its own. */
const ALWAYS: RefusalCode[] = ['bad_request', 'unauthorized', 'rate_limited', 'internal']

/** OpenAPI 3.1 of the operator API, made of what its routes are served by. https://spec.openapis.org/oas/v3.1.1.html */
export function openApi(routes: Description[]): Json {
  const schemas: Json = {}
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method]: operation(route, schemas) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'intercom-twilio-bridge: operator API',
      version: '1.0.0',
      description: 'Texts, threads, dead letters, opt-outs and statistics of a bridge between Twilio and Intercom.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'CONSOLE_TOKEN' } },
    },
  }
}

function operation(route: Description, schemas: Json): Json {
  const { path, name, summary, query, headers, body } = route
  const parameters = [
    ...[...path.matchAll(/:(\w+)/g)].map(([, param]) => ({
      ...{ name: param, in: 'path', required: true, schema: { type: 'string' } },
    })),
    ...parametersOf('query', query, schemas),
    ...parametersOf('header', headers, schemas),
  ]
  const content = body && { 'application/json': { schema: schemaOf(body, 'input', schemas) } }
  return {
    operationId: name,
    summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(content ? { requestBody: { required: isRequired(body), content } } : {}),
    responses: { ...answerOf(route, schemas), ...refusalsOf(route, schemas) },
  }
}

/** Each member of the object is a parameter of its own. */
function parametersOf(where: 'query' | 'header', of: z.ZodType | undefined, schemas: Json): Json[] {
  if (!of) return []
  const { properties = {}, required = [] } = schemaOf(of, 'input', schemas) as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    ...{ name, in: where, required: required.includes(name) },
    ...(description === undefined ? {} : { description }),
    schema,
  }))
}

function answerOf({ status, answer }: Description, schemas: Json): Json {
  if (!answer) return { [status]: { description: 'Done.' } }
  const content = { 'application/json': { schema: schemaOf(answer, 'output', schemas) } }
  return { [status]: { description: 'Done.', content } }
}

function refusalsOf(route: Description, schemas: Json): Json {
  const { body, refusals = [] } = route
  const codes: RefusalCode[] = [...ALWAYS, ...(body ? (['too_large'] as const) : []), ...refusals]
  const schema = schemaOf(ERROR, 'output', schemas)
  const answers: Record<string, Json> = {}
  for (const status of new Set(codes.map((code) => REFUSALS[code].status))) {
    const some = codes.filter((code) => REFUSALS[code].status === status)
    answers[status] = {
      description: some.map((code) => `\`${code}\`: ${REFUSALS[code].means}`).join(' '),
      ...(status === 429
        ? { headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } } }
        : {}),
      content: { 'application/json': { schema } },
    }
  }
  return answers
}

const isRequired = (body: z.ZodType | undefined) => body?.safeParse({}).success === false

/** Shapes with a name are described once, under it. */
function schemaOf(shape: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const { $schema: _, $defs = {}, ...schema } = z.toJSONSchema(z.object({ shape }), { io })
  const pointed = JSON.parse(JSON.stringify({ $defs, schema }).replaceAll('#/$defs/', '#/components/schemas/'))
  for (const [name, { id: _id, ...definition }] of Object.entries<Json>(pointed.$defs)) schemas[name] = definition
  return pointed.schema.properties.shape
}
