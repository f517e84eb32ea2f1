import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
// Axe does not measure the contrast of words near a pseudo-element; here those are dots and lines beside the words.
const WORDS_ONLY = `const sheet = new CSSStyleSheet()
  sheet.replaceSync('::before, ::after { content: none !important }')
  document.adoptedStyleSheets = [sheet]`
const VIOLATIONS = `axe.run().then(({ violations }) =>
  violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html + failureSummary)))`

/** Once for a page: axe is there from now on. */
export async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(`${AXE};${WORDS_ONLY}`)
}

/** What stands in the way of somebody who cannot see, hear or point as others do. */
export function barriers(page: Page): Promise<unknown> {
  return page.evaluate(VIOLATIONS)
}
