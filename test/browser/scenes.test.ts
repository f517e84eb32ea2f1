import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { SCENES } from '../../src/sandbox/demo/scenes/all.ts'
import { type DemoPage, launch, openDemo } from './demo-page.ts'

let browser: Browser
let demo: DemoPage
beforeAll(async () => {
  browser = await launch()
  demo = await openDemo(browser)
})
afterAll(async () => {
  await demo.close()
  await browser.close()
  expect(demo.complaints).toEqual([])
})

const scenes = () => demo.page.getByRole('list', { name: 'Scenes to watch' })

// In one demo after another, as somebody watches them: none may stand in the way of the next.
test.each(SCENES.map(({ title, id }) => [title, id]))(
  'the demo shows it: %s',
  async (title) => {
    await scenes().getByRole('button', { name: title, exact: true }).click()
    const item = scenes().locator('li li', { has: demo.page.getByRole('button', { name: title, exact: true }) })
    await item.getByText(/^(Seen|It did not come)/).waitFor({ timeout: 60_000 })
    expect(await item.locator('b').textContent()).toMatch(/^Seen/)
  },
  70_000,
)
