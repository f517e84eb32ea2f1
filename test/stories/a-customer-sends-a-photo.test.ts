import { expect, test } from '@jest/globals'
import { content, pdf, photo } from '../support/files.ts'
import { listener } from '../support/listener.ts'
import { calls, conversation, maria, notesOf, untilNotes, untilWords, wordsOf } from '../support/stories.ts'
import { ACCOUNT, PUBLIC_URL, TOKEN, type World, worlds } from '../support/world.ts'

const start = worlds()

const MINUTE = 60_000
const filesOf = ({ intercom }: World) =>
  content(intercom.conversations.flatMap(({ parts }) => parts).flatMap((part) => part.attachments))
const untilFiles = (world: World, count = 1) =>
  world.intercom.until(() => filesOf(world).length >= count && filesOf(world))
const mediaFetches = ({ twilio }: World) => twilio.requests.filter(({ path }) => path.includes('/Media/'))

test('a photo with words begins a conversation: first the words, then the photo', async () => {
  const world = await start()
  const media = [photo()]
  const opened = await conversation(world, 'It came broken', { media })
  expect(await untilFiles(world)).toEqual(content(media))
  expect(wordsOf(opened)).toEqual(['It came broken', '[1 picture]'])
})

test('a photo without words begins a conversation that says there is one', async () => {
  const world = await start()
  const media = [photo()]
  const opened = await conversation(world, '', { media })
  expect(await untilFiles(world)).toEqual(content(media))
  expect(opened.source.text).toBe('[1 picture]')
})

test('in a conversation words and photo are one part and one call', async () => {
  const world = await start()
  const opened = await conversation(world)
  const [before, media] = [world.intercom.requests.length, [photo()]]
  await maria(world, 'Like this', { media })
  await untilWords(world, opened, ['Hello?', 'Like this'])
  await maria(world, 'Bye')
  await untilWords(world, opened, ['Hello?', 'Like this', 'Bye'])

  expect(content(opened.parts.flatMap(({ attachments }) => attachments))).toEqual(content(media))
  const append = `POST /conversations/${opened.id}/reply`
  expect(calls(world, before)).toEqual([append, append])
})

test('every file of a text comes, in its order', async () => {
  const world = await start()
  const media = [photo(), pdf(), photo()]
  const opened = await conversation(world)
  await maria(world, '', { media })
  expect(await untilFiles(world, 3)).toEqual(content(media))
  expect(wordsOf(opened)).toEqual(['Hello?', '[3 files]'])
})

test('files are fetched with our login at Twilio, which the host behind its redirect refuses to see', async () => {
  const world = await start()
  const media = [photo()]
  await conversation(world, 'Look', { media })
  expect(await untilFiles(world)).toEqual(content(media))
  const login = Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')
  expect(mediaFetches(world).map(({ headers, status }) => [headers.authorization, status])).toEqual([
    [`Basic ${login}`, 307],
  ])
})

test('a photo that Twilio does not have yet is waited for', async () => {
  const world = await start()
  world.twilio.mediaDelay = 2
  const media = [photo()]
  await conversation(world, 'Look', { media })
  expect(await untilFiles(world)).toEqual(content(media))
  expect(mediaFetches(world).map(({ status }) => status)).toEqual([404, 404, 307])
})

test('a photo that never comes does not hold up her words for long, and the agent hears of it once', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.twilio.mediaDelay = Number.POSITIVE_INFINITY
  await maria(world, 'Like this', { media: [photo()] })
  await world.twilio.until(() => mediaFetches(world).length >= 2)
  world.pass(3 * MINUTE)

  await untilWords(world, opened, ['Hello?', 'Like this'])
  world.twilio.mediaDelay = 0
  await maria(world, 'Second try', { media: [photo()] })
  await untilFiles(world)
  expect(await untilNotes(world, opened)).toEqual([
    expect.stringContaining('A file the customer sent could not be fetched'),
  ])
})

test('a photo that is gone does not hold up her words at all', async () => {
  const world = await start()
  world.twilio.faults.add({ path: /\/Media\//, act: false, answer: { status: 410 } })
  const opened = await conversation(world, '', { media: [photo()] })
  expect(await untilNotes(world, opened)).toHaveLength(1)
  await maria(world, 'Bye')
  await untilWords(world, opened, ['[1 picture]', 'Bye'])
})

test('a file at a host that is not Twilio’s is never asked for', async () => {
  const world = await start()
  const opened = await conversation(world)
  const stranger = await listener()
  const MediaUrl0 = `https://localhost:${stranger.port}/secret`
  await maria(world, 'Look here', { extra: { NumMedia: '1', MediaUrl0, MediaContentType0: 'image/png' } })

  await untilWords(world, opened, ['Hello?', 'Look here'])
  expect(await untilNotes(world, opened)).toHaveLength(1)
  expect(await stranger.close()).toBe(0)
})

test('where files are kept out of Intercom, a note says where to see them', async () => {
  const world = await start({ yaml: 'media: { inbound: note }' })
  const media = [photo()]
  const opened = await conversation(world, 'Look', { media })
  const [note = ''] = await untilNotes(world, opened)
  const [link = ''] = /https:[^"]+/.exec(note) ?? []
  const file = await fetch(link.replace(PUBLIC_URL, world.twilio.connectUrl))

  expect(Buffer.from(await file.arrayBuffer())).toEqual(media[0]?.data)
  expect(filesOf(world)).toEqual([])
})

test('while Twilio does not hand files over, a photo that comes twice is still one', async () => {
  const world = await start()
  const opened = await conversation(world)
  world.twilio.faults.add({ path: /\/Media\//, act: false, answer: { status: 503 }, times: 2 })
  const { sid } = await maria(world, 'Like this', { media: [photo()] })
  await world.twilio.deliver(sid)

  await untilFiles(world)
  await maria(world, 'Bye')
  await untilWords(world, opened, ['Hello?', 'Like this', 'Bye'])
  expect(filesOf(world)).toHaveLength(1)
  expect(notesOf(opened)).toEqual([])
})
