import { Ajv2020 } from 'ajv/dist/2020.js'
import { openApi } from '../../src/console/openapi.ts'
import { ROUTES } from '../../src/console/routes.ts'

interface Operation {
  responses: Record<string, { content?: object }>
}

/** What the operator API says of itself. */
export const DESCRIPTION = openApi(ROUTES) as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
ajv.addSchema(DESCRIPTION, 'api')

/** The path as it is described; undefined for one that is not. */
export function describedPath(method: string, path: string): string | undefined {
  const [asked = ''] = path.split('?')
  const fits = (template: string) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(asked)
  // What is spelled out wins over what stands for anything, as /jobs/retry-dead does over /jobs/{id}.
  return Object.keys(DESCRIPTION.paths)
    .filter((template) => DESCRIPTION.paths[template]?.[method.toLowerCase()] && fits(template))
    .sort((a, b) => a.split('{').length - b.split('{').length)[0]
}

/** Throws when an answer of the operator API is not what its description says. @param path below /api/v1 */
export function checkDescribed(
  method: string,
  path: string,
  { status, body }: { status: number; body: unknown },
): void {
  const template = describedPath(method, path)
  const what = `${method} ${path} answered ${status}`
  if (!template) {
    if (status === 404 || status === 401) return
    throw new Error(`${what}, and there is no such route in the description`)
  }
  const described = DESCRIPTION.paths[template]?.[method.toLowerCase()]?.responses[status]
  if (!described) throw new Error(`${what}, which is not described: ${JSON.stringify(body)}`)
  if (!described.content) return
  const pointer = ['paths', template, method.toLowerCase(), 'responses', String(status), 'content', 'application/json']
  const $ref = `api#/${[...pointer, 'schema'].map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`
  if (!ajv.validate({ $ref: encodeURI($ref) }, body)) {
    throw new Error(`${what}, which is not as described: ${ajv.errorsText()}: ${JSON.stringify(body)}`)
  }
}
