import type { RequestHandler } from 'express'
import { z } from 'zod'
import type { IntercomStandIn, Sidebar } from '../intercom-server.ts'

const pressSchema = z.object({
  conversationId: z.string(),
  /** The button's; absent: the app is opened. */
  label: z.string().optional(),
  entered: z.record(z.string(), z.string()).default({}),
})

/** The app beside a conversation, asked through the stand-in as Intercom asks it: answers what there is to show. */
export function sidebarOf(intercom: IntercomStandIn): RequestHandler {
  const open = new Map<string, Sidebar>()
  return async (req, res) => {
    const { success, data } = pressSchema.safeParse(req.body)
    if (!success) return void res.sendStatus(400)
    const { conversationId, label, entered } = data
    try {
      const shown = label === undefined ? undefined : open.get(conversationId)
      const now = shown ? await shown.press(label ?? '', entered) : await intercom.openSidebar(conversationId)
      open.set(conversationId, now)
      res.json(now.components)
    } catch {
      res.sendStatus(502)
    }
  }
}
