import type { Config } from '../config/types.ts'
import type { VendorError } from '../errors.ts'
import { assigneesIn, assigneesInWords, isAssignee, type NamedAssignee } from '../rules/assignees.ts'
import type { PERMISSIONS } from '../rules/intercom-setup.ts'
import type { Assignee } from '../rules/routing.ts'
import { asked, isSilence, unreachable } from './asking.ts'
import { type Finding, fail, ok, warn } from './check.ts'
import type { Surroundings } from './surroundings.ts'
import { workspaceChecks } from './workspace.ts'

const HUB = 'Developer Hub › your app › Configure'
const REGIONS = ['us', 'eu', 'au'] as const

/** Everything about Intercom. While it refuses the token nothing else of it can be seen. */
export async function intercomChecks(o: Surroundings): Promise<Finding[]> {
  const me = await asked(o.intercom.me())
  if ('error' in me) return [refusedToken(o.config, me.error)]
  const { app, region } = me.answer
  const scopes = await scopeChecks(o)
  return [
    ok('intercom.token', `Intercom takes the access token, for the workspace ${app || '(without a name)'}.`),
    regionCheck(o.config, region),
    ok('intercom.version', 'Intercom serves API version 2.16, which the bridge asks for.'),
    ...scopes,
    ...(await adminChecks(o, me.answer.adminId)),
    ...(await workspaceChecks(o)),
    topicsCheck(o.config),
  ]
}

function refusedToken({ intercom }: Config, error: VendorError): Finding {
  if (error.code === 'intercom_version_invalid') {
    const fix = 'Update the bridge; where INTERCOM_API_URL names a proxy, let it pass the header Intercom-Version on.'
    const message = `Intercom does not serve API version 2.16, which the bridge asks for (HTTP ${error.status}).`
    return fail('intercom.version', message, fix, { stopsTexts: true })
  }
  if (isSilence(error)) return unreachable('intercom', error)
  const message = `Intercom refuses INTERCOM_ACCESS_TOKEN (HTTP ${error.status}): it is wrong, was renewed, or belongs to a workspace in another region than ${intercom.region}.`
  const others = REGIONS.filter((region) => region !== intercom.region).join(' or ')
  const fix = `Copy the token from ${HUB} › Authentication. Where the workspace is hosted in ${others}, set INTERCOM_REGION. Restart the bridge.`
  return fail('intercom.token', message, fix, { stopsTexts: true })
}

function regionCheck({ intercom }: Config, region: string | null): Finding {
  const name = 'intercom.region'
  const told = region?.toLowerCase()
  if (told === undefined || told === intercom.region)
    return ok(name, `The workspace is in the region ${intercom.region}.`)
  const message = `The workspace is in the region ${told}, but INTERCOM_REGION is ${intercom.region}: links into Intercom lead nowhere, and calls go the long way or are refused.`
  return fail(name, message, `Set INTERCOM_REGION=${told} and restart the bridge.`)
}

/** What a token may do is told only by doing it: each permission is tried with a call that reads and finds little. */
async function scopeChecks({ intercom }: Surroundings): Promise<Finding[]> {
  const tries: Partial<Record<(typeof PERMISSIONS)[number], () => Promise<unknown>>> = {
    'Read admins': () => intercom.assignees('admin'),
    'Read tags': () => intercom.tags(),
    'Read and list users and companies': () => intercom.readContacts(),
    'Read conversations': () => intercom.readConversations(),
    'Write data attributes': () => intercom.attributes('contact'),
  }
  const tried = Object.entries(tries).map(async ([permission, attempt]) => {
    const trying = await asked(attempt())
    return 'error' in trying ? [refusedScope(permission, trying.error)] : []
  })
  const refused = (await Promise.all(tried)).flat()
  if (refused.length > 0) return refused
  return [ok('intercom.scopes', 'The access token may read all that the bridge reads; writing is seen when it writes.')]
}

function refusedScope(permission: string, error: VendorError): Finding {
  const name = `intercom.scopes ${permission}`
  if (error.status !== 403 && error.status !== 401) {
    return warn(
      name,
      `Whether the token has the permission "${permission}" is not known. ${error.message}`,
      'Run the checks again later.',
    )
  }
  const message = `The access token lacks the permission "${permission}" (HTTP ${error.status}, ${error.code}).`
  const fix = `Tick it under ${HUB} › Authentication › Edit (and what else is on the list that setup prints), then put the renewed token into INTERCOM_ACCESS_TOKEN and restart the bridge.`
  return fail(name, message, fix, { stopsTexts: true })
}

/** The author of notes, and whoever the rules of the behaviour file name. A list that may not be read is told already. */
async function adminChecks({ config, intercom }: Surroundings, own: string): Promise<Finding[]> {
  const findings: Finding[] = []
  const admins = await asked(intercom.assignees('admin'))
  const { adminId } = config.intercom
  if ('answer' in admins && adminId !== undefined && !admins.answer.some(({ id }) => id === adminId)) {
    const message = `INTERCOM_ADMIN_ID is ${adminId}, and nobody in the workspace has this id: notes, tags and assignments fail.`
    const fix = `Set it to the id of a teammate, or remove it: then it is ${own}, whose the access token is.`
    findings.push(fail('intercom.admin', message, fix))
  } else findings.push(ok('intercom.admin', `Notes, tags and assignments are made as the teammate ${adminId ?? own}.`))
  const named = assigneesIn(config.behaviour)
  const teams = named.some(({ kind }) => kind === 'team') ? await asked(intercom.assignees('team')) : null
  const known = {
    admin: 'answer' in admins ? admins.answer : undefined,
    team: teams && 'answer' in teams ? teams.answer : undefined,
  }
  return [...findings, ...named.flatMap((one) => assigneeFault(one, known[one.kind]))]
}

/** The message goes into the log, where no name of a person belongs. */
function assigneeFault(named: NamedAssignee, known: readonly Assignee[] | undefined): Finding[] {
  if (!known || isAssignee(named, known)) return []
  const { key, kind, name } = named
  const message = `${key} of the behaviour file is not the id or the name of exactly one ${kind} in Intercom.`
  const fix = `It says "${name}"; as for Intercom, ${assigneesInWords(known)}. Correct the file (BRIDGE_CONFIG), or make it so in Intercom.`
  return [fail('intercom.assignees', message, fix)]
}

function topicsCheck({ publicUrl }: Config): Finding {
  const message = 'Which webhook topics are ticked, and the client secret, cannot be read through Intercom’s API.'
  const fix = `Compare ${HUB} › Webhooks with what \`npm run setup\` prints: the address ${publicUrl}/webhooks/intercom and every topic. "Send a test request" there must be answered 200; 401 means another INTERCOM_CLIENT_SECRET.`
  return { ...ok('intercom.topics', message), fix }
}
