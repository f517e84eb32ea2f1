import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { barriers, bringAxe } from './axe.ts'
import { type DemoPage, launch, openDemo } from './demo-page.ts'

let browser: Browser
let demo: DemoPage
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser.close())
afterEach(() => demo.close())

test.each([
  ['light', 1280],
  ['dark', 1280],
  ['light', 390],
  ['dark', 390],
] as const)('the page has no barriers: %s, %d pixels wide', async (colorScheme, width) => {
  demo = await openDemo(browser)
  const { page } = demo
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  await demo.text('Is my order on its way?')
  await page.locator('#inbox .tags').getByText('sms-channel').waitFor()
  await demo.answer('A regular', 'Note')
  await demo.answer('It left this morning', 'Reply and close')
  await page.locator('#phone').getByText('Delivered', { exact: true }).waitFor()
  await page.setViewportSize({ width, height: 844 })
  await bringAxe(page)
  for (const view of width === 390 ? ['Phone', 'Bridge', 'Inbox'] : ['']) {
    if (view) await page.getByRole('button', { name: view, exact: true }).click()
    expect(await barriers(page)).toEqual([])
  }
})
