import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { formatForPeople, phoneOf } from '../../rules/phone.ts'
import { toSmsText } from '../../rules/text.ts'
import type { Conversation } from '../intercom-server.ts'
import type { Told } from './outside.ts'
import { PUBLIC_URL } from './settings.ts'
import type { Inbox, Stage, StageParts } from './stage.ts'

/** A scene takes less than this, or it has failed. */
export const PATIENCE_MS = 50_000
const LOOK_EVERY_MS = 100

/** What a scene waits for: each rejects when it does not come. */
export function evidenceFor(o: StageParts, inbox: Inbox) {
  return { ...inInbox(o, inbox), ...onPhone(o), ...onRecord(o), ...amongTeam(o) }
}

type InInbox = Pick<Stage, 'noted' | 'tagged' | 'assigned' | 'is' | 'conversations' | 'attached' | 'marked'>

function inInbox({ shores: { intercom }, photo }: StageParts, { contact, conversations, current }: Inbox): InInbox {
  const seen = (read: () => boolean) => intercom.until(read, PATIENCE_MS).then(() => {})
  const files = () => conversations().flatMap(({ parts }) => parts.flatMap(({ attachments }) => attachments))
  return {
    noted: (words) => seen(() => conversations().some((one) => notesOf(one).some((note) => note.includes(words)))),
    tagged: (name) => seen(() => current().tags.some((tag) => tag.name === name)),
    assigned: (teamId) => seen(() => current().teamAssigneeId === teamId),
    is: (state) => seen(() => current().state === state),
    conversations: (count) => seen(() => conversations().length === count),
    attached: () => seen(() => files().some(({ data }) => data.equals(photo.data))),
    marked: (attribute, value) =>
      seen(() => ({ ...contact().customAttributes, ...current().customAttributes })[attribute] === value),
  }
}

type OnPhone = Pick<Stage, 'reads' | 'readsTwice' | 'hasRead' | 'receives' | 'opens'>

function onPhone({ phone, shores: { twilio } }: StageParts): OnPhone {
  const texts = () => twilio.messages.filter(({ to }) => phoneOf(to) === phone)
  const sent = async (words: string, times: number, sender?: string) => {
    const ours = (from: string | null) => sender === undefined || from === sender
    const those = () => texts().filter(({ from, body }) => ours(from) && body.includes(words))
    await twilio.until(() => those().length >= times, PATIENCE_MS)
  }
  return {
    reads: (words, from) => sent(words, 1, from),
    readsTwice: (words) => sent(words, 2),
    hasRead(count) {
      const bodies = texts().map(({ body }) => body)
      if (bodies.length !== count) throw new Error(`${bodies.length} texts came: ${bodies.join(' / ')}`)
    },
    async receives(contentType) {
      await twilio.until(() => texts().some(({ media }) => media[0]?.contentType === contentType), PATIENCE_MS)
    },
    async opens({ name, data }) {
      const link = await twilio.until(() => linkIn(texts(), name), PATIENCE_MS)
      const res = await fetch(link.replace(PUBLIC_URL, twilio.connectUrl))
      if (!Buffer.from(await res.arrayBuffer()).equals(data))
        throw new Error(`The link to ${name} opens something else.`)
    },
  }
}

/** As the bridge writes it: the name, a colon, the address. */
function linkIn(texts: readonly { body: string }[], name: string): string | undefined {
  const links = texts.flatMap(({ body }) => [...body.matchAll(/(\S+): (https:\S+)/g)])
  return links.find(([, of]) => of === name)?.[2]
}

const messages = z.object({ data: z.array(z.object({ id: z.string(), body: z.string(), status: z.string() })) })
const attempts = z.object({ attempts: z.array(z.object({ code: z.string().nullable() })) })
const stats = z.object({ survey: z.array(z.object({ answer: z.string() })) })

type OnRecord = Pick<Stage, 'recorded' | 'attempted' | 'counted'>

/** What nobody sees on the phone or in the inbox, operators see in the console and their programs in the API. */
function onRecord({ phone, read }: StageParts): OnRecord {
  const texts = async (words: string) => {
    const { data } = messages.parse(await read(`messages?phone=${encodeURIComponent(phone)}`))
    return data.filter(({ body }) => body === words)
  }
  const tried = async ({ id }: { id: string }) => attempts.parse(await read(`messages/${id}`)).attempts
  return {
    recorded: (words, status) =>
      look(`no “${words}” that is ${status}`, async () => (await texts(words)).some((one) => one.status === status)),
    attempted: (words, code) =>
      look(`no attempt of “${words}” with ${code}`, async () => {
        const all = await Promise.all((await texts(words)).map(tried))
        return all.flat().some((one) => one.code === code)
      }),
    counted: (answer) =>
      look(`no answer ${answer}`, async () => {
        const { survey } = stats.parse(await read('stats'))
        return survey.some((one) => one.answer === answer)
      }),
  }
}

function amongTeam({ phone, told }: StageParts): Pick<Stage, 'told' | 'alarmed'> {
  const about = formatForPeople(phone)
  // An alarm names no customer: one of an earlier scene would do as well.
  const before = told().length
  return {
    alarmed: (words) =>
      look(`no “${words}” told to the team`, async () =>
        told()
          .slice(before)
          .some((one) => one.words.includes(words)),
      ),
    told(words, place = 'the team channel') {
      const isIt = (one: Told) => one.place === place && one.words.includes(words) && one.words.includes(about)
      return look(`nothing told to ${place}`, async () => told().some(isIt))
    },
  }
}

/** @param lack what is wrong when it never comes */
async function look(lack: string, read: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !(await read()); await wait(LOOK_EVERY_MS)) {
    if (performance.now() > end) throw new Error(`There was ${lack}.`)
  }
}

function notesOf({ parts }: Conversation): string[] {
  return parts.filter(({ partType }) => partType === 'note').map(({ body }) => toSmsText(body ?? '').text)
}
