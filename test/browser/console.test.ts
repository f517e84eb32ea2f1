import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Browser, Locator, Page } from 'playwright-core'
import { deadEffect, messages } from '../console/seed.ts'
import { CONSOLE_TOKEN } from '../support/api.ts'
import { conversation, maria, NOT_LOOKING_BACK, sam, untilSo, untilStatus } from '../support/stories.ts'
import { type ConsolePage, openConsole } from './console-page.ts'
import { launch } from './demo-page.ts'

const NOON = Date.parse('2026-11-24T12:00:00Z')
const JOHN = '+12025550145'

let browser: Browser
let tab: ConsolePage
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())
beforeEach(async () => {
  tab = await openConsole(browser, { yaml: NOT_LOOKING_BACK })
})
afterEach(async () => {
  await tab.close()
  // Chromium tells of every answer that is not 2xx; that nobody is signed in yet is one.
  expect(tab.complaints.filter((complaint) => !/status of 40[19]/.test(complaint))).toEqual([])
})

const page = () => tab.page
const heading = (name: string) => page().getByRole('heading', { name, exact: true, level: 1 })
/** The button of exactly this name: the page before may still show `Resend all 1` while the next one comes. */
const button = (name: string, within: Page | Locator = page()) => within.getByRole('button', { name, exact: true })
const rows = () => page().locator('main ul.rows > li')

/** Resolves when the messages shown say this, and nothing else. */
const untilSaid = (...words: string[]) =>
  untilSo(async () => (await page().locator('.said .words').allTextContents()).join('|') === words.join('|'))

/** Signed in, at one of the pages. */
async function at(place: string, name: string): Promise<void> {
  await tab.signIn()
  await heading('Overview').waitFor()
  await tab.show(place)
  await heading(name).waitFor()
}

test('an operator signs in with the token, and out again', async () => {
  await tab.signIn('not-the-token-at-all')
  await page().getByText('This is not the token.').waitFor()
  await tab.signIn()
  await heading('Overview').waitFor()
  await page().reload()
  await heading('Overview').waitFor()
  await button('Sign out').click()
  await page().getByText('You are signed out.').waitFor()
  await page().reload()
  await page().getByLabel('Token').waitFor()
})

test('no script can read the session, and nothing comes from anywhere else', async () => {
  const hosts = new Set<string>()
  page().on('request', (request) => hosts.add(new URL(request.url()).host))
  await tab.signIn()
  await heading('Overview').waitFor()
  for (const place of ['messages', 'threads', 'attention', 'opt-outs', 'health', 'audit']) await tab.show(place)
  expect(await page().evaluate('document.cookie')).toBe('')
  expect([...hosts]).toEqual([`127.0.0.1:${tab.world.bridge.port}`])
})

test('after half an hour without anybody the page asks for the token again', async () => {
  await at('messages', 'Messages')
  tab.world.pass(31 * 60_000)
  await page().getByText('nobody was there for half an hour').waitFor()
})

test('a text appears by itself, with its status, while somebody looks on', async () => {
  await at('messages', 'Messages')
  const opened = await conversation(tab.world, 'Is my order on its way?')
  await rows().filter({ hasText: 'Is my order on its way?' }).getByText('posted').waitFor()
  await sam(tab.world, opened, 'It left this morning')
  await rows().filter({ hasText: 'It left this morning' }).getByText('delivered').waitFor()
})

test('messages are found by words, number, status and conversation', async () => {
  await messages(tab.world, [
    { at: NOON, direction: 'inbound', status: 'posted', body: 'Where is order 4711, please?', conversationId: '7' },
    { at: NOON + 1, body: 'Order 4711 left this morning', conversationId: '7' },
    { at: NOON + 2, customer: JOHN, status: 'failed', body: 'Your table is ready', conversationId: '8' },
  ])
  await at('messages', 'Messages')
  const search = page().getByRole('search')
  const find = async (label: string, value: string, ...expected: string[]) => {
    await tab.show('messages')
    if (label === 'Status') await search.getByRole('combobox', { name: label }).selectOption(value)
    else await search.getByLabel(label, { exact: true }).fill(value)
    await button('Search', search).click()
    await untilSaid(...expected)
  }
  await find('Words', 'ORDER 471', 'Order 4711 left this morning', 'Where is order 4711, please?')
  await find('Number', '(202) 555-0145', 'Your table is ready')
  await find('Status', 'posted', 'Where is order 4711, please?')
  await find('Conversation', '8', 'Your table is ready')
})

test('the way of a text is told from the webhook to the report of its delivery, and leads into Intercom', async () => {
  const opened = await conversation(tab.world, 'Is my order on its way?')
  await sam(tab.world, opened, 'It left this morning')
  await at('messages', 'Messages')
  await rows().filter({ hasText: 'Is my order on its way?' }).getByRole('link', { name: '+1 202 555 0123' }).click()
  const trail = page().getByRole('region', { name: 'Its way' }).getByRole('listitem')
  await trail.getByText('Conversation opened in Intercom').waitFor()
  expect((await trail.locator('b').allTextContents()).slice(0, 4)).toEqual([
    'Text received from Twilio',
    'Stored as a message',
    'Contact found or made in Intercom',
    'Conversation opened in Intercom',
  ])
  const link = page().getByRole('link', { name: `(conversation ${opened.id}, new tab)` })
  expect(await link.getAttribute('href')).toBe(`https://app.intercom.com/a/apps/_/conversations/${opened.id}`)
  await tab.show('messages')
  await rows().filter({ hasText: 'It left this morning' }).getByRole('link', { name: '+1 202 555 0123' }).click()
  await trail.getByText('Twilio says: delivered').waitFor()
  const steps = await trail.locator('b').allTextContents()
  const expected = ['Reply received from Intercom', 'Agent’s reply stored as a message', 'Handed to Twilio']
  expect(steps.filter((step) => expected.includes(step))).toEqual(expected)
})

test('one unknown text is marked as sent, another one is sent again after a question', async () => {
  const unknown = { at: NOON, status: 'unknown' }
  await messages(tab.world, [
    { ...unknown, body: 'This one arrived' },
    { ...unknown, body: 'This one did not' },
  ])
  await at('attention/unknown', 'Unknown')
  await rows().filter({ hasText: 'This one arrived' }).getByRole('link', { name: '+1 202 555 0123' }).click()
  await button('Mark as sent').click()
  await page().locator('blockquote').getByText('sent', { exact: true }).waitFor()
  await tab.show('attention/unknown')
  await rows().filter({ hasText: 'This one did not' }).getByRole('link', { name: '+1 202 555 0123' }).click()
  await button('Resend').click()
  await button('Cancel', page().getByRole('dialog')).click()
  expect(tab.world.twilio.sent).toEqual([])
  await button('Resend').click()
  await button('Resend', page().getByRole('dialog')).click()
  await page().locator('blockquote').getByText('delivered', { exact: true }).waitFor()
  expect(tab.world.twilio.sent.map(({ body }) => body)).toEqual(['This one did not'])
})

test('dead letters are discarded one by one and all at once, with progress', async () => {
  for (let n = 0; n < 230; n++) await deadEffect(tab.world, NOON + n)
  await at('attention/dead', 'Dead letters')
  await rows().first().getByRole('checkbox').check()
  await button('Discard chosen').click()
  await button('Discard', page().getByRole('dialog')).click()
  await page().getByText('Discarded: 1 of 1.').first().waitFor()
  await button('Discard all').click()
  await page().getByRole('dialog').getByText('Discard 229 dead letters?').waitFor()
  await button('Discard', page().getByRole('dialog')).click()
  await page().getByRole('progressbar').waitFor()
  await page().getByText('Discarded: 229 of 229.').first().waitFor()
  await page().getByText('Nothing was given up.').waitFor()
})

test('somebody is opted out and in again', async () => {
  await at('opt-outs', 'Opt-outs')
  await page().getByText('Opt somebody out').click()
  await page().getByLabel('Customer’s number').fill('(202) 555-0145')
  await page().getByLabel('Reason').fill('asked by phone')
  await button('Opt out').click()
  await rows().filter({ hasText: 'asked by phone' }).getByRole('button', { name: 'End' }).click()
  await button('End the opt-out', page().getByRole('dialog')).click()
  await page().getByText('Nobody has opted out.').waitFor()
})

test('when Intercom refuses our token the page says so by itself, with what to do', async () => {
  await at('health', 'Health')
  await page().getByText('The bridge can store and work.').waitFor()
  await page().getByText('They are made a while after the start').waitFor()
  const unauthorized = { status: 401, body: { type: 'error.list', errors: [{ code: 'unauthorized', message: 'No' }] } }
  const fault = tab.world.intercom.faults.add({ act: false, answer: unauthorized, times: Number.POSITIVE_INFINITY })
  await maria(tab.world, 'Anybody there?')
  const intercom = page().getByRole('region', { name: 'Intercom', exact: true })
  await intercom.getByText('Needs you').waitFor()
  await page().getByRole('alert').getByText('INTERCOM_ACCESS_TOKEN').waitFor()
  fault.remove()
  tab.world.pass(30_000)
  await intercom.getByText('Works').waitFor()
})

test('words that look like HTML are shown as they were written', async () => {
  const words = '<img src=x onerror=alert(1)> & "quotes"'
  await messages(tab.world, [{ at: NOON, body: words, error: { code: 'x', message: '<b>No</b>' } }])
  await at('messages', 'Messages')
  await rows().getByText(words).waitFor()
  await rows().getByText('<b>No</b>').waitFor()
})

test('everything can be done with the keyboard', async () => {
  await messages(tab.world, [{ at: NOON, status: 'unknown', body: 'Did it arrive?' }])
  const { keyboard } = page()
  const tabTo = async (what: string) => {
    for (let presses = 0; presses < 60; presses++) {
      await keyboard.press('Tab')
      if (await page().evaluate(`document.activeElement.textContent.trim().startsWith('${what}')`)) return
    }
    throw new Error(`Tab never came to ${what}`)
  }
  await page().getByLabel('Token').waitFor()
  await keyboard.type(CONSOLE_TOKEN)
  await keyboard.press('Enter')
  await heading('Overview').waitFor()
  await page().getByText('Unknown 1').waitFor()
  await tabTo('Unknown')
  await keyboard.press('Enter')
  await heading('Unknown').waitFor()
  expect(await page().evaluate('document.activeElement.tagName')).toBe('H1')
  await rows().first().waitFor()
  await tabTo('+1 202 555 0123')
  await keyboard.press('Enter')
  await button('Resend').waitFor()
  await tabTo('Resend')
  await keyboard.press('Enter')
  await page().getByRole('dialog').waitFor()
  await tabTo('Resend')
  await keyboard.press('Enter')
  await page().locator('blockquote').getByText('delivered', { exact: true }).waitFor()
})

test('the overview shows what happened, in numbers, charts and tables', async () => {
  const opened = await conversation(tab.world, 'Is my order on its way?')
  await sam(tab.world, opened, 'It left this morning')
  await untilStatus(tab.world, 'It left this morning', 'delivered')
  await at('?span=day', 'Overview')
  const shown = (name: string) => page().locator('.numbers div', { hasText: name }).locator('b')
  await shown('Delivered').getByText('100.0 %').waitFor()
  expect(await shown('Texts in').textContent()).toBe('1')
  await page().getByRole('img', { name: 'Texts: In 1, Out 1 in all' }).waitFor()
  await page().getByRole('figure', { name: 'Texts' }).getByText('As a table').click()
  const table = page().getByRole('region', { name: 'Texts, as a table' })
  await table.waitFor()
  expect(await table.getByRole('row').count()).toBeGreaterThan(20)
})

test('what an operator does is in the audit', async () => {
  const [id] = await messages(tab.world, [{ at: NOON, status: 'unknown' }])
  await at(`messages/${id}`, `Message ${id}`)
  await button('Mark as sent').click()
  await tab.show('audit')
  const entry = rows().filter({ hasText: `message ${id}` })
  await entry.getByText('console', { exact: true }).waitFor()
  await rows().filter({ hasText: 'session begun' }).waitFor()
})

describe('on a small screen', () => {
  test.each([
    ['', 'Overview'],
    ['messages', 'Messages'],
    ['attention/dead', 'Dead letters'],
    ['opt-outs', 'Opt-outs'],
    ['health', 'Health'],
  ])('nothing is wider than 390 pixels: #/%s', async (place, name) => {
    await messages(tab.world, [{ at: NOON, body: `https://example.com/${'a-very-long-address'.repeat(12)}` }])
    await deadEffect(tab.world, NOON)
    await page().setViewportSize({ width: 390, height: 844 })
    await at(place, name)
    expect(await page().evaluate('document.documentElement.scrollWidth')).toBe(390)
  })
})
