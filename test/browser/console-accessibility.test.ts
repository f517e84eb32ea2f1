import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { deadEffect, messages } from '../console/seed.ts'
import { conversation, NOT_LOOKING_BACK, sam } from '../support/stories.ts'
import { barriers, bringAxe } from './axe.ts'
import { type ConsolePage, openConsole } from './console-page.ts'
import { launch } from './demo-page.ts'

const NOON = Date.parse('2026-11-24T12:00:00Z')

let browser: Browser
let tab: ConsolePage
beforeAll(async () => {
  browser = await launch()
  tab = await openConsole(browser, { yaml: NOT_LOOKING_BACK })
  const opened = await conversation(tab.world, 'Is my order on its way?')
  await sam(tab.world, opened, 'It left this morning')
  await messages(tab.world, [
    { at: NOON, status: 'failed', error: { code: '30006', message: 'It is a landline.' }, conversationId: '7' },
    { at: NOON + 1, status: 'unknown' },
    { at: NOON + 2, status: 'scheduled' },
    { at: NOON + 3, status: 'queued' },
  ])
  await deadEffect(tab.world, NOON)
})
afterAll(async () => {
  await tab.close()
  await browser.close()
})

const SIGHTS = [
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
  ['dark', 390],
] as const

async function seenAs([colorScheme, width]: (typeof SIGHTS)[number]): Promise<void> {
  await tab.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await tab.page.setViewportSize({ width, height: 844 })
}

test('signing in has no barriers', async () => {
  await tab.page.getByLabel('Token').waitFor()
  await bringAxe(tab.page)
  for (const sight of SIGHTS) {
    await seenAs(sight)
    expect(await barriers(tab.page)).toEqual([])
  }
  await tab.signIn()
})

test.each([
  ['', 'Overview'],
  ['messages', 'Messages'],
  ['messages/1', 'Message 1'],
  ['messages/3', 'Message 3'],
  ['threads', 'Threads'],
  ['threads/1', '+1 202 555 0123'],
  ['attention/dead', 'Dead letters'],
  ['attention/unknown', 'Unknown'],
  ['opt-outs', 'Opt-outs'],
  ['health', 'Health'],
  ['audit', 'Audit'],
])('#/%s has no barriers, light and dark, wide and narrow', async (place, name) => {
  await tab.show(place)
  await tab.page.getByRole('heading', { name, exact: true, level: 1 }).waitFor()
  await tab.page.locator('main').getByText('Loading …').first().waitFor({ state: 'detached' })
  for (const sight of SIGHTS) {
    await seenAs(sight)
    expect(await barriers(tab.page)).toEqual([])
  }
})
