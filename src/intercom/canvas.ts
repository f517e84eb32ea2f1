import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '../config/types.ts'
import type { Sidebar, SidebarPress, SidebarRequest } from '../flows/sidebar.ts'
import type { Log } from '../log.ts'
import type { Canvas } from '../rules/canvas/components.ts'
import { type Fields, fields, id, text } from '../rules/narrow.ts'
import { cleanText } from '../rules/text.ts'
import { verifyBodySignature } from './signature.ts'
import { type IntercomRefusal, signedJson } from './signed-json.ts'

interface Parts {
  config: Pick<Config, 'intercom'>
  sidebar: Sidebar
  log: Log
  onRefused?: (reason: IntercomRefusal) => void
}

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>

/**
 * POST /canvas/initialize (a teammate opens a conversation) and /canvas/submit (and presses a button): verified over the
 * raw bytes, answered with the canvas to show. 401 unsigned, 400 malformed, 503 when the rows cannot be read or written.
 * https://developers.intercom.com/docs/canvas-kit
 */
export function canvasRoutes({ config, sidebar, log, onRefused }: Parts): { initialize: Handler; submit: Handler } {
  const { read, refuse } = signedJson({
    secrets: config.intercom.clientSecrets,
    header: 'x-body-signature',
    verify: verifyBodySignature,
    called: 'canvas request',
    log,
    onRefused,
  })

  const route = <R>(understand: (payload: Fields) => R | null, show: (request: R) => Promise<Canvas>): Handler => {
    return async (req, res) => {
      const payload = await read(req, res)
      if (payload === undefined) return
      const request = understand(fields(payload))
      if (request === null) return refuse(res, 'malformed')
      try {
        answer(res, 200, await show(request))
      } catch (err) {
        log.error({ err }, 'canvas request failed')
        answer(res, 503, {})
      }
    }
  }
  return { initialize: route(readRequest, sidebar.open), submit: route(readPress, sidebar.press) }
}

/** Null when nobody asks. The contact is called `contact` or `customer`, depending on the version. */
function readRequest(payload: Fields): SidebarRequest | null {
  const admin = fields(payload.admin)
  const adminId = id(admin.id)
  if (adminId === null) return null
  const contact = fields(payload.contact ?? payload.customer)
  return {
    contactId: id(contact.id),
    phone: text(contact.phone),
    conversationId: id(fields(payload.conversation).id),
    teammate: { id: adminId, name: cleanText(text(admin.name) ?? 'A teammate') },
  }
}

function readPress(payload: Fields): SidebarPress | null {
  const request = readRequest(payload)
  const component = text(payload.component_id)
  if (request === null || component === null) return null
  const entered = Object.entries(fields(payload.input_values))
  const input = entered.flatMap(([key, value]) => (typeof value === 'string' ? [[key, cleanText(value)]] : []))
  return { ...request, component, input: Object.fromEntries(input) }
}

function answer(res: ServerResponse, status: number, body: object): void {
  const json = Buffer.from(JSON.stringify(body))
  res.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': json.length }).end(json)
}
