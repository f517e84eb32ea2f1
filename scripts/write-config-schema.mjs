// Writes config/bridge.schema.json from the code: npm run build && node scripts/write-config-schema.mjs
import { writeFileSync } from 'node:fs'
import { behaviourJsonSchema } from '../dist/config/behaviour.js'

const target = new URL('../config/bridge.schema.json', import.meta.url)
writeFileSync(target, `${JSON.stringify(behaviourJsonSchema(), null, 2)}\n`)
