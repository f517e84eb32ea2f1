import { wantedAttributes } from '../../rules/intercom-setup.ts'
import { ACCESS_TOKEN } from './settings.ts'

const PATHS = { contact: '/data_attributes', conversation: '/conversations/attributes' }

/** As `npm run setup` leaves a workspace: Intercom takes no attribute that it does not have. */
export async function makeAttributes(intercomUrl: string): Promise<void> {
  for (const { model, name, type } of wantedAttributes(null)) {
    const headers = { authorization: `Bearer ${ACCESS_TOKEN}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ name, model, data_type: type })
    const res = await fetch(intercomUrl + PATHS[model], { method: 'POST', headers, body })
    if (!res.ok) throw new Error(`The stand-in for Intercom made no ${name}: ${res.status}.`)
  }
}
