import { toSmsText } from '../rules/text.ts'
import type { ReplySent } from './facts.ts'

export interface Attachment {
  url: string
  name: string
}

/** Attached files and images in the text of a reply, each once. */
export function attachmentsOf(reply: ReplySent): Attachment[] {
  const attached = reply.attachments.map(({ url, name }) => ({ url, name }))
  const inline = toSmsText(reply.body).images.filter((url) => !attached.some((item) => item.url === url))
  return [...attached, ...inline.map((url) => ({ url, name: 'image' }))]
}
