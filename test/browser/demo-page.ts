import { type Browser, chromium, type Page } from 'playwright-core'
import { type Demo, startDemo } from '../../src/sandbox/demo/start.ts'

/** A browser for all tests of a file. @throws when there is none at CHROMIUM_PATH */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export interface DemoPage {
  page: Page
  /** What the browser complained about. */
  complaints: string[]
  /** Maria (or whose phone is chosen) texts. */
  text(words: string): Promise<void>
  /** Sam answers in the conversation that is open. */
  answer(words: string, button?: 'Reply' | 'Reply and close' | 'Note'): Promise<void>
  /** What is said in the conversation that is open, oldest first. */
  said(kind: 'customer' | 'agent' | 'note' | 'event'): Promise<string[]>
  /** What Acme Support texted to the phone, oldest first. */
  received(): Promise<string[]>
  close(): Promise<void>
}

/** A demo of its own with its page open. */
export async function openDemo(browser: Browser, viewport = { width: 1280, height: 800 }): Promise<DemoPage> {
  const demo: Demo = await startDemo({ port: 0 })
  const page = await browser.newPage({ viewport, reducedMotion: 'reduce' })
  const complaints: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.goto(demo.url)
  return {
    page,
    complaints,
    async text(words) {
      await page.getByLabel('Text message').fill(words)
      await page.getByRole('button', { name: 'Send the text' }).click()
    },
    async answer(words, button = 'Reply') {
      await page.getByLabel('Your answer').fill(words)
      await page.getByRole('button', { name: button, exact: true }).click()
    },
    said: (kind) => page.locator(kind === 'event' ? '#inbox .event' : `#inbox .${kind} .words`).allTextContents(),
    received: () => page.locator('#phone .theirs p').allTextContents(),
    async close() {
      await page.close()
      await demo.close()
    },
  }
}
