import type { Config } from '../config/types.ts'
import { takes, type WantedAttribute, wantedAttributes } from '../rules/intercom-setup.ts'
import { asked } from './asking.ts'
import { type Finding, fail, ok, warn } from './check.ts'
import type { Surroundings } from './surroundings.ts'

const SETTINGS = { contact: 'Settings › Data › People', conversation: 'Settings › Data › Conversations' }

/** The tag and the attributes. What may not be read is told as a missing permission. */
export async function workspaceChecks(o: Surroundings): Promise<Finding[]> {
  return [...(await tagChecks(o)), ...(await attributeChecks(o))]
}

async function tagChecks({ config, intercom }: Surroundings): Promise<Finding[]> {
  const name = 'intercom.tag'
  const { tag } = config.behaviour
  const tags = await asked(intercom.tags())
  if ('error' in tags) return []
  // Intercom takes names that differ in case only for the same.
  const there = tags.answer.some((known) => known.toLowerCase() === tag.toLowerCase())
  if (there) return [ok(name, `The tag ${tag} is there.`)]
  const message = `The workspace has no tag ${tag}; views and workflows that go by it find nothing until the bridge tags its next conversation.`
  return [
    warn(name, message, 'Run `npm run doctor -- --fix`, which makes it; or make it under Settings › Data › Tags.', {
      mend: () => intercom.makeTag(tag),
    }),
  ]
}

async function attributeChecks(o: Surroundings): Promise<Finding[]> {
  const wanted = wantedAttributes(surveyAnswers(o.config))
  const findings: Finding[] = []
  for (const model of ['contact', 'conversation'] as const) {
    const name = `intercom.${model}-attributes`
    const listed = await asked(o.intercom.attributes(model))
    if ('error' in listed) {
      if (model === 'contact') continue
      const fix = `See under ${SETTINGS[model]} whether they are there. The bridge does without them.`
      findings.push(warn(name, `The ${model} attributes could not be read. ${listed.error.message}`, fix))
      continue
    }
    const types = new Map(listed.answer.map((one) => [one.name, one.type]))
    findings.push(...compared(o, { name, model, types, wanted: wanted.filter((one) => one.model === model) }))
  }
  return findings
}

interface Comparison {
  name: string
  model: WantedAttribute['model']
  /** By the names of the attributes that are there. */
  types: ReadonlyMap<string, string>
  wanted: readonly WantedAttribute[]
}

function compared({ intercom }: Surroundings, { name, model, types, wanted }: Comparison): Finding[] {
  const missing = wanted.filter((one) => !types.has(one.name))
  const findings = wanted.flatMap((one) => wrongType(name, one, types.get(one.name)))
  if (missing.length > 0) {
    const named = missing.map((one) => `${one.name} (${one.type})`).join(', ')
    const fix = `Run \`npm run doctor -- --fix\`, which makes them; or make them under ${SETTINGS[model]}.`
    const mend = async () => {
      for (const one of missing) await intercom.makeAttribute(model, one)
    }
    findings.push(warn(name, `The workspace has no ${model} attributes ${named}.`, fix, { mend }))
  }
  return findings.length > 0 ? findings : [ok(name, `The ${model} attributes of the bridge are there.`)]
}

function wrongType(check: string, wanted: WantedAttribute, type: string | undefined): Finding[] {
  const { model, name } = wanted
  if (type === undefined || takes(type, wanted)) return []
  const message = `The ${model} attribute ${name} is of the type ${type}, so Intercom refuses what the bridge writes there (${wanted.type}).`
  const fix = `Archive or rename it under ${SETTINGS[model]}, then run \`npm run doctor -- --fix\`.`
  return [fail(`${check} ${name}`, message, fix)]
}

const surveyAnswers = ({ behaviour }: Config) => behaviour.survey?.answers ?? null
