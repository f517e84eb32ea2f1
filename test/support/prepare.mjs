import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const INSTALL = fileURLToPath(new URL('../../scripts/install-once.mjs', import.meta.url))
const CONTRACTS = new URL('../../../shared/contracts/', import.meta.url)
const AS_JSON = new URL('../../node_modules/.cache/contracts/', import.meta.url)

/** Before any test: some run the compiled program in a process of its own, and only one may compile it. */
export default function prepare() {
  execFileSync(process.execPath, [INSTALL, '--build'], { stdio: ['ignore', 'ignore', 'inherit'] })
  if (!existsSync(CONTRACTS)) return
  mkdirSync(AS_JSON, { recursive: true })
  for (const name of ['twilio-api-v2010.json', 'intercom-openapi.yaml']) keepAsJson(name)
  // All workers inherit it.
  process.env.CONTRACTS_AS_JSON = fileURLToPath(AS_JSON)
}

/** To read a vendor's OpenAPI file takes a second as YAML and nothing as JSON, and every story reads it. */
function keepAsJson(name) {
  const spec = parse(readFileSync(new URL(name, CONTRACTS), 'utf8'))
  writeFileSync(new URL(name.replace(/\.\w+$/, '.json'), AS_JSON), JSON.stringify(spec))
}
