import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { type DemoPage, launch, openDemo } from './demo-page.ts'

let browser: Browser
let demo: DemoPage
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())
beforeEach(async () => {
  demo = await openDemo(browser)
})
afterEach(async () => {
  await demo.close()
  expect(demo.complaints).toEqual([])
})

const phone = () => demo.page.locator('#phone')
const conversation = () => demo.page.getByRole('region', { name: 'Conversation', exact: true })
const trail = () => demo.page.getByRole('region', { name: 'Steps of the bridge' })

/** Maria's first text is in the inbox. */
async function begin(): Promise<void> {
  await demo.text('Is my order on its way?')
  await conversation().getByText('Is my order on its way?').waitFor()
}

test('Maria texts, Sam sees it tagged and replies, and Maria gets it delivered', async () => {
  await begin()
  await demo.page.getByRole('list', { name: 'Tags' }).getByText('sms-channel').waitFor()
  await demo.answer('It left this morning 👋')
  await phone().getByText('Delivered', { exact: true }).waitFor()
  expect(await demo.received()).toEqual(['It left this morning 👋'])
})

test('the trail tells the way of a text and of a reply, step by step', async () => {
  await begin()
  await demo.answer('It left this morning')
  await trail().getByText('Delivered to the phone').waitFor()
  const steps = await trail().locator('li > b').allTextContents()
  const expected = ['Text received', 'Text posted to Intercom', 'Reply received', 'Text accepted by Twilio']
  expect(steps.filter((step) => expected.includes(step))).toEqual(expected)
})

test('what Maria texts while Intercom is down arrives once and in order when it is back', async () => {
  await begin()
  await demo.page.getByLabel('Intercom is down').check()
  for (const words of ['One', 'Two', 'Three']) await demo.text(words)
  await trail().getByText('Waits to add the text').waitFor()
  expect(await demo.page.getByLabel('Your answer').isDisabled()).toBe(true)
  await demo.page.getByLabel('Intercom is down').uncheck()
  await conversation().getByText('Three').waitFor()
  expect(await demo.said('customer')).toEqual(['Is my order on its way?', 'One', 'Two', 'Three'])
})

test('what Sam replies while Twilio is down goes out once and in order when it is back', async () => {
  await begin()
  await demo.page.getByLabel('Twilio is down').check()
  for (const words of ['First', 'Second']) await demo.answer(words)
  await trail().getByText('Waits to hand the text').waitFor()
  await demo.page.getByLabel('Twilio is down').uncheck()
  await phone().getByText('Delivered', { exact: true }).nth(1).waitFor()
  expect(await demo.received()).toEqual(['First', 'Second'])
})

test('what Maria texts while Twilio is down waits on its way and then arrives', async () => {
  await demo.page.getByLabel('Twilio is down').check()
  await demo.text('Anybody there?')
  await phone().getByText('Waiting for Twilio').waitFor()
  await demo.page.getByLabel('Twilio is down').uncheck()
  await conversation().getByText('Anybody there?').waitFor()
})

test('a photo arrives in the conversation', async () => {
  await begin()
  await demo.page.getByLabel('Text message').fill('Look at the corner')
  await demo.page.getByRole('button', { name: 'Photo', exact: true }).click()
  const photo = conversation().getByAltText('Photo from Maria Lopez')
  await photo.waitFor()
  expect(await photo.evaluate((image) => image.decode().then(() => image.naturalWidth))).toBe(480)
  expect(await demo.said('customer')).toContain('Look at the corner')
})

test('after STOP a reply does not go out and a note says why', async () => {
  await begin()
  await demo.page.getByRole('button', { name: 'STOP', exact: true }).click()
  await conversation().getByText('has opted out of texts').waitFor()
  await demo.answer('Are you sure?')
  await conversation().getByText('was not texted').waitFor()
  const [, ...notes] = await demo.said('note')
  expect(notes).toEqual([expect.stringContaining('by text'), expect.stringContaining('opted out')])
  expect(await demo.received()).not.toContain('Are you sure?')
})

test('beside the conversation stands who has it, and what the bridge keeps of it and of the contact', async () => {
  await begin()
  const details = demo.page.getByRole('region', { name: 'Details of the conversation' })
  await details.getByText('Washington, DC, US').waitFor()
  await demo.answer('It left this morning')
  await demo.page.getByRole('button', { name: 'STOP', exact: true }).click()
  for (const name of ['Teammate', 'sms_opted_out']) await details.getByText(name, { exact: true }).waitFor()
  const shown = await details.locator('dl > div').allTextContents()
  expect(shown).toEqual(expect.arrayContaining(['TeammateSam', 'sms_opted_outyes', 'sms_earlier_conversations0']))
  expect(shown).not.toContainEqual(expect.stringMatching(/^(Title|Team)(?!mate)/))
})

test('a note stays in the inbox; reply and close closes, and the next text reopens', async () => {
  await begin()
  await demo.answer('She is a regular', 'Note')
  await demo.answer('Glad to help. Bye!', 'Reply and close')
  await phone().getByText('Delivered', { exact: true }).waitFor()
  expect(await demo.received()).toEqual(['Glad to help. Bye!'])
  await demo.text('One more thing')
  await conversation().getByText('One more thing').waitFor()
  expect(await demo.said('event')).toEqual([
    expect.stringContaining('Sam closed'),
    expect.stringContaining('Maria Lopez reopened'),
  ])
})

test('Tom, whom Intercom does not know, gets a conversation of his own', async () => {
  await begin()
  await demo.page.getByRole('radio', { name: 'Tom' }).check()
  await demo.text('Are you open on Sunday?')
  const entry = demo.page.getByRole('navigation', { name: 'Conversations' }).getByRole('button', { name: '555 0124' })
  await entry.click()
  await conversation().getByText('Are you open on Sunday?').waitFor()
  expect(await demo.said('customer')).toEqual(['Are you open on Sunday?'])
})

test('a phone that has texts with two of our numbers says of each which one it was', async () => {
  const { page } = demo
  await begin()
  expect(await phone().locator('.via').count()).toBe(0)
  await page.getByRole('button', { name: 'One conversation for all your numbers', exact: true }).click()
  await phone().getByText('An answer from sales.').waitFor()
  expect(await phone().locator('.via').allTextContents()).toEqual([
    'To Acme Support +1 202 555 0199',
    'To Acme Sales +1 202 555 0198',
    'From Acme Sales +1 202 555 0198',
  ])
  await page.getByRole('button', { name: 'The note /from', exact: true }).click()
  await phone().getByText('Here we are.').waitFor()
  expect(await phone().locator('.via').allTextContents()).toEqual([
    'To Acme Support +1 202 555 0199',
    'From Acme Support +1 202 555 0199',
    'From Acme Sales +1 202 555 0198',
  ])
})

test('the app beside the conversation counts the segments, and texts', async () => {
  await begin()
  await demo.page.getByRole('button', { name: 'SMS app' }).click()
  const app = demo.page.getByRole('region', { name: 'SMS app' })
  await app.getByLabel('Text', { exact: true }).fill('Your table is ready')
  await app.getByRole('button', { name: 'Check length and cost' }).click()
  await app.getByText('19 characters, 1 segment').waitFor()
  await app.getByRole('button', { name: 'Send', exact: true }).click()
  await app.getByText('The text is on its way.').waitFor()
  await phone().getByText('Delivered', { exact: true }).waitFor()
  expect(await demo.received()).toEqual(['Your table is ready'])
})

test('the console of the bridge is one click and the token away, and shows what went through', async () => {
  const { page } = demo
  await begin()
  const [tab] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: 'the console', exact: true }).click(),
  ])
  await tab.getByLabel('Token').fill((await page.locator('.console code').textContent()) ?? '')
  await tab.getByRole('button', { name: 'Sign in' }).click()
  await tab.getByRole('link', { name: 'Messages', exact: true }).click()
  await tab.getByText('Is my order on its way?').waitFor()
  await tab.close()
})

test('words that look like HTML are shown as they were written', async () => {
  const words = '<img src=x onerror=alert(1)> & "quotes"'
  await demo.text(words)
  await conversation().getByText(words).waitFor()
  await demo.answer(words)
  await phone().getByText('Delivered', { exact: true }).waitFor()
  expect(await demo.received()).toEqual([words])
})

test('everything can be done with the keyboard', async () => {
  const { page } = demo
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 100; presses++) {
      await page.keyboard.press('Tab')
      if (await page.evaluate(`document.activeElement.matches('${name}')`)) return
    }
    throw new Error(`Tab never came to ${name}`)
  }
  await tabTo('#text')
  await page.keyboard.type('No mouse here')
  await page.keyboard.press('Enter')
  await conversation().getByText('No mouse here').waitFor()
  await tabTo('#answer')
  await page.keyboard.type('None needed')
  await page.keyboard.press('Control+Enter')
  await phone().getByText('Delivered', { exact: true }).waitFor()
  await tabTo('[name=intercom]')
  await page.keyboard.press('Space')
  await trail().getByText('Intercom is down').waitFor()
})

describe('on a small screen', () => {
  test.each(['Phone', 'Bridge', 'Inbox'])('nothing is wider than 390 pixels: %s', async (view) => {
    const { page, text } = demo
    await begin()
    await text(`https://example.com/${'a-very-long-address'.repeat(12)}`)
    await conversation().getByText('a-very-long-address').waitFor()
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByRole('button', { name: view, exact: true }).click()
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
    expect(await page.evaluate(TOO_WIDE)).toEqual([])
  })

  test('a side that is out of sight says that something came', async () => {
    const { page, text } = demo
    await page.setViewportSize({ width: 390, height: 844 })
    await text('Hello?')
    await page.locator('.switcher .news', { hasText: 'Inbox' }).click()
    await conversation().getByText('Hello?').waitFor()
  })
})

/** Visible elements that reach over the edge. */
const TOO_WIDE = `[...document.querySelectorAll('main *')]
  .filter((element) => element.checkVisibility() && !element.matches('.unseen'))
  .filter((element) => element.getBoundingClientRect().right > 390)
  .map((element) => element.outerHTML.slice(0, 80))`
