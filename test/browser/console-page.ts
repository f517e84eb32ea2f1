import type { Browser, Page } from 'playwright-core'
import { CONSOLE_TOKEN } from '../support/api.ts'
import { startWorld, type World, type WorldOptions } from '../support/world.ts'

export interface ConsolePage {
  world: World
  page: Page
  /** What the browser complained about. */
  complaints: string[]
  signIn(token?: string): Promise<void>
  /** Opens one of the pages, as `messages?status=failed`. */
  show(place: string): Promise<void>
  close(): Promise<void>
}

/** A bridge between both stand-ins, with its console open in a tab. */
export async function openConsole(browser: Browser, o: WorldOptions = {}): Promise<ConsolePage> {
  const world = await startWorld({ ...o, config: () => ({ consoleToken: CONSOLE_TOKEN }) })
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  const url = `http://127.0.0.1:${world.bridge.port}/console/`
  await page.goto(url)
  return {
    world,
    page,
    complaints,
    async signIn(token = CONSOLE_TOKEN) {
      await page.getByLabel('Token').fill(token)
      await page.getByRole('button', { name: 'Sign in' }).click()
    },
    async show(place) {
      await page.goto(`${url}#/${place}`)
    },
    async close() {
      await context.close()
      await world.close()
    },
  }
}
