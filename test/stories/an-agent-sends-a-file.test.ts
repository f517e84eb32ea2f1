import { expect, test } from '@jest/globals'
import { content, fingerprint, pdf, photo, type TestFile } from '../support/files.ts'
import { conversation, DAY, notesOf, sam, texted, untilNotes } from '../support/stories.ts'
import { PUBLIC_URL, type World, worlds } from '../support/world.ts'

const start = worlds()

const LONDON = '+442079460123'

/** Sam replies with files; resolves with the text once Twilio is done with it. */
async function send(world: World, id: string, words: string, attachments: TestFile[]) {
  const before = world.twilio.sent.length
  world.intercom.agent.reply(id, words, { attachments })
  return world.twilio.until(() => world.twilio.sent[before]?.status === 'delivered' && world.twilio.sent[before])
}

/** What is behind a link that was texted. */
async function open({ twilio }: World, body = '') {
  const [link = ''] = /https:\S+/.exec(body) ?? []
  expect(link).toContain(`${PUBLIC_URL}/media/`)
  const answer = await fetch(link.replace(PUBLIC_URL, twilio.connectUrl))
  return { status: answer.status, file: fingerprint(new Uint8Array(await answer.arrayBuffer())) }
}

/** The links in texts, under the names of their files. */
const linksIn = (bodies: string[]) =>
  [...bodies.join('\n').matchAll(/(\S+): (https:\S+)/g)].map(([, name, link]) => ({ name, link }))

test('Sam’s pictures travel with his words, and Twilio gets the very bytes', async () => {
  const world = await start()
  const opened = await conversation(world)
  const attachments = [photo('front.jpg'), photo('back.jpg')]
  const sms = await send(world, opened.id, 'Like these?', attachments)
  expect(sms.body).toBe('Like these?')
  expect(content(sms.media)).toEqual(content(attachments))
  expect(notesOf(opened)).toEqual([])
})

test('a picture pasted between the words travels too', async () => {
  const world = await start()
  const opened = await conversation(world)
  const pasted = photo()
  const uploaded = await send(world, opened.id, 'First', [pasted])
  const [{ url = '' } = {}] = opened.parts.at(-1)?.attachments ?? []
  const sms = await send(world, opened.id, `<p>See <img src="${url}"></p>`, [])
  expect(sms.body).toBe('See')
  expect([content(sms.media), content(uploaded.media)]).toEqual([content([pasted]), content([pasted])])
})

test('a picture without words is a text of its own', async () => {
  const world = await start()
  const opened = await conversation(world)
  const attachments = [photo()]
  const sms = await send(world, opened.id, '<p></p>', attachments)
  expect([sms.body, content(sms.media)]).toEqual(['', content(attachments)])
})

test('the files are kept: Twilio can fetch them after Intercom’s own link has expired, but not for ever', async () => {
  const world = await start({ yaml: 'media: { outbound: link }' })
  const opened = await conversation(world)
  const file = pdf()
  const sms = await send(world, opened.id, 'Your invoice', [file])
  world.pass(6 * DAY)
  expect(await open(world, sms.body)).toEqual({ status: 200, file: fingerprint(file.data) })
  world.pass(2 * DAY)
  expect((await open(world, sms.body)).status).toBe(404)
})

test.each([
  ['customers abroad, whose carriers know no MMS', { from: LONDON }, photo()],
  ['a file that carriers drop', {}, pdf(600_000)],
  ['a kind of file that phones do not take', {}, { ...pdf(), name: 'a.zip', contentType: 'application/zip' }],
])('a link goes out in its place for %s, and the agent is told', async (_, more, file) => {
  const world = await start()
  const opened = await conversation(world, 'Hello?', more)
  const sms = await send(world, opened.id, 'Here', [file])
  expect(sms.body).toMatch(new RegExp(`^Here\n${file.name}: https://`))
  expect(sms.media).toEqual([])
  expect(await open(world, sms.body)).toEqual({ status: 200, file: fingerprint(file.data) })
  expect(await untilNotes(world, opened)).toEqual([expect.stringContaining(`“${file.name}” was sent as a link`)])
})

const photos = (count: number) => Array.from({ length: count }, (_, n) => photo(`${n + 1}.jpg`))

test('ten pictures travel with the words, as many as a text can carry', async () => {
  const world = await start()
  const opened = await conversation(world)
  const attachments = photos(10)
  const sms = await send(world, opened.id, 'All rooms', attachments)
  expect([sms.body, content(sms.media)]).toEqual(['All rooms', content(attachments)])
  expect(notesOf(opened)).toEqual([])
})

test('of eleven pictures every one goes out as a link, in their order, and the agent is told of each', async () => {
  const world = await start()
  const opened = await conversation(world)
  const attachments = photos(11)
  await send(world, opened.id, 'All rooms', attachments)
  const names = attachments.map(({ name }) => name)
  const notes = await untilNotes(world, opened, 11)
  expect(notes).toEqual(names.map((name) => expect.stringContaining(`“${name}” was sent as a link`)))
  await world.twilio.until(() => linksIn(texted(world)).length === 11)
  expect(linksIn(texted(world)).map(({ name }) => name)).toEqual(names)
})

const MB = 1024 * 1024

test.each([
  ['a picture of more than 5 MB goes', [photo('wide.jpg', 5 * MB + 1)]],
  ['pictures of more than 5 MB together go', [photo('front.jpg', 3 * MB), photo('back.jpg', 2 * MB + 1)]],
])('%s out as a link, byte by byte, and the agent is told', async (_, attachments) => {
  const world = await start()
  const opened = await conversation(world)
  const sms = await send(world, opened.id, 'Here', attachments)
  expect(sms.media).toEqual([])
  const links = linksIn([sms.body])
  expect(links.map(({ name }) => name)).toEqual(attachments.map(({ name }) => name))
  const opens = await Promise.all(links.map(({ link }) => open(world, link)))
  expect(opens).toEqual(attachments.map(({ data }) => ({ status: 200, file: fingerprint(data) })))
  expect(await untilNotes(world, opened, attachments.length)).toEqual(
    attachments.map(({ name }) => expect.stringContaining(`“${name}” was sent as a link`)),
  )
})

test('a picture of 5 MB travels with the words', async () => {
  const world = await start()
  const opened = await conversation(world)
  const attachments = [photo('wide.jpg', 5 * MB)]
  const sms = await send(world, opened.id, 'Here', attachments)
  expect([sms.body, content(sms.media)]).toEqual(['Here', content(attachments)])
})

test('where files go out as links by choice, nobody is told that it is so', async () => {
  const world = await start({ yaml: 'media: { outbound: link }' })
  const opened = await conversation(world)
  const file = photo('map.jpg')
  const sms = await send(world, opened.id, 'Here', [file])
  expect(sms.body).toMatch(/^Here\nmap.jpg: https:/)
  expect(await open(world, sms.body)).toEqual({ status: 200, file: fingerprint(file.data) })
  // Whatever note there was would come before the next one.
  world.intercom.agent.note(opened.id, '/new')
  expect((await untilNotes(world, opened, 2))[1]).toContain('starts a new conversation')
})

test('a customer on WhatsApp gets the picture', async () => {
  const [ours, hers] = ['whatsapp:+12025550199', `whatsapp:${LONDON}`]
  const world = await start({
    twilio: { numbers: [ours] },
    config: ({ twilio }) => ({ twilio: { ...twilio, phoneNumbers: [ours] } }),
  })
  const opened = await conversation(world, 'Hi', { from: hers, to: ours })
  const file = photo()
  expect(content((await send(world, opened.id, 'Here', [file])).media)).toEqual(content([file]))
})

test('where files are switched off, only the words go out and the agent is told', async () => {
  const world = await start({ yaml: 'media: { outbound: off }' })
  const opened = await conversation(world)
  const sms = await send(world, opened.id, 'Here', [photo('map.jpg')])
  expect([sms.body, sms.media]).toEqual(['Here', []])
  expect(await untilNotes(world, opened)).toEqual([expect.stringContaining('“map.jpg” was not sent')])
})

test('a file that Intercom no longer has does not hold up the words, and the agent is told', async () => {
  const world = await start({ intercom: { uploadTtlMs: 0 } })
  const opened = await conversation(world)
  const sms = await send(world, opened.id, 'Here', [photo('map.jpg')])
  expect([sms.body, sms.media]).toEqual(['Here', []])
  expect(await untilNotes(world, opened)).toEqual([expect.stringContaining('“map.jpg” was not sent')])
})

test('while a file is fetched, the replies behind it wait their turn', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.intercom.faults.add({ path: /uploads/, act: false, times: 3, answer: { status: 503 } })
  world.intercom.agent.reply(opened.id, 'first', { attachments: [photo()] })
  await sam(world, opened, 'second')
  expect(texted(world)).toEqual(['first', 'second'])
})
