import { signCanvas } from '../../src/sandbox/intercom/sidebar.ts'
import type { Sidebar } from '../../src/sandbox/intercom-server.ts'
import { MARIA, SAM, SECRET, type World } from './world.ts'

/** Everything that a teammate can read in the sidebar, line by line. */
export function readable({ components }: Sidebar): string[] {
  return components.flatMap((one) => {
    if (one.type === 'text') return [one.text]
    if (one.type === 'data-table') return one.items.map(({ field, value }) => `${field}: ${value}`)
    if (one.type === 'list') return one.items.map(({ title, subtitle }) => `${title} – ${subtitle}`)
    return []
  })
}

/** What is to be read in red. */
export const faults = ({ components }: Sidebar) =>
  components.flatMap((one) => (one.type === 'text' && one.style === 'error' ? [one.text] : []))

export const buttons = ({ components }: Sidebar) =>
  components.flatMap((one) => (one.type === 'button' ? [one.label] : []))

/** The choices of a dropdown, as they are worded. */
export const choices = ({ components }: Sidebar, id: string) =>
  components.flatMap((one) => (one.type === 'dropdown' && one.id === id ? one.options.map(({ text }) => text) : []))

/** What stands in a field; undefined when there is no such field. */
export function entered({ components }: Sidebar, id: string): string | undefined {
  for (const one of components) if ('id' in one && one.id === id && 'value' in one) return one.value
  return undefined
}

/** Whether there is such a field. */
export const has = ({ components }: Sidebar, id: string) => components.some((one) => 'id' in one && one.id === id)

export interface CanvasForgery {
  path?: string
  method?: string
  /** JSON; default: Sam sends Maria a text. */
  body?: string
  secret?: string
  /** In place of the right one; empty: no header. */
  signature?: string
  type?: string
}

/** A request to the app's addresses, by default a good one. */
export async function postCanvas(
  { intercom }: World,
  o: CanvasForgery = {},
): Promise<{ status: number; text: string }> {
  const { path = '/canvas/submit', method = 'POST', body = press('send:forged'), secret = SECRET } = o
  const signature = o.signature ?? signCanvas(secret, body)
  const answer = await fetch(intercom.connectUrl + path, {
    method,
    ...(method === 'POST' ? { body } : {}),
    headers: {
      'content-type': o.type ?? 'application/json',
      ...(signature === '' ? {} : { 'x-body-signature': signature }),
    },
  })
  return { status: answer.status, text: await answer.text() }
}

/** A submit request in the words of Intercom's documentation. */
export function press(component: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    workspace_id: 'testapp',
    workspace_region: 'US',
    admin: { type: 'admin', id: SAM.id, name: SAM.name, email: 'sam@example.com' },
    contact: { type: 'contact', id: '64ba31c1a28d6d4b4e2b8b0a', phone: MARIA },
    conversation: { type: 'conversation', id: '215473' },
    component_id: component,
    input_values: { body: 'Hello from the sidebar' },
    current_canvas: { content: { components: [] } },
    ...more,
  })
}
