import { compile, type FormatCallback, type HtmlToTextOptions } from 'html-to-text'

/** Far above the longest text (1,600 characters) and a bound on the work one body can cause. */
const MAX_BODY = 100_000

const BLOCK_ELEMENT =
  /^\s*<(?:p|div|ul|ol|li|dl|h[1-6]|blockquote|pre|table|figure|section|article|hr|br|img)(?=[\s/>])/i

export interface SmsText {
  text: string
  /** URLs of inline images, in their order, each once. */
  images: string[]
}

/**
 * An Intercom body as the words of a text. Bodies are HTML up to API 2.14 and plain text from 2.15: one that begins with
 * a block element is HTML, everything else stays exactly as it is. Only the first 100,000 characters are read.
 */
export function toSmsText(body: string): SmsText {
  const capped = cleanText(body.slice(0, MAX_BODY))
  if (!BLOCK_ELEMENT.test(capped)) return { text: capped, images: [] }
  images.clear()
  const converted = convert(capped)
  // A no-break space is not in the GSM alphabet: one of them would halve the room of the whole text.
  const text = converted
    .replaceAll('\u00a0', ' ')
    .replaceAll(' \n', '\n')
    .replace(/\n{3,}/g, '\n\n')
  return { text: text.trim(), images: [...images] }
}

/** What databases and JSON APIs refuse, NUL and lone surrogates, becomes U+FFFD; everything else stays. */
export function cleanText(text: string): string {
  return text.replaceAll('\0', '\uFFFD').replace(/\p{Surrogate}/gu, '\uFFFD')
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

const OPTIONS: HtmlToTextOptions = {
  wordwrap: false,
  // The library's default also swallows U+200B, which some languages need.
  whitespaceCharacters: ' \t\r\n\f',
  // The walk is recursive: a bound keeps a hostile body from exhausting the stack.
  limits: { maxDepth: 50, ellipsis: '' },
  selectors: [
    { selector: 'a', format: 'link' },
    { selector: 'ul', format: 'list' },
    { selector: 'ol', format: 'list' },
    { selector: 'img', format: 'collect' },
    { selector: 'style', format: 'skip' },
    { selector: 'script', format: 'skip' },
    // The composer's own paragraphs have no margin: one line each, as the agent saw them.
    { selector: 'p.no-margin', format: 'paragraph', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'li > p', format: 'paragraph', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'tr', format: 'block', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    { selector: 'td', format: 'inlineSurround', options: { suffix: ' ' } },
    { selector: 'th', format: 'inlineSurround', options: { suffix: ' ' } },
    { selector: 'hr', options: { length: 3 } },
  ],
}

const link: FormatCallback = (element, walk, builder) => {
  const target = linkTarget(element.attribs?.href)
  let label = ''
  builder.pushWordTransform((word) => {
    label += word
    return word
  })
  walk(element.children, builder)
  builder.popWordTransform()
  if (target === '' || bare(label) === bare(target)) return
  builder.addInline(label === '' ? target : ` (${target})`, { noWordTransform: true })
}

/** What of a link a phone can open or dial; empty for anything else, such as `javascript:`. */
function linkTarget(href: unknown): string {
  if (typeof href !== 'string') return ''
  const url = href.replace(/[\p{Cc}\p{Cf}\s]/gu, '')
  if (/^https?:/i.test(url)) return url
  const [, address = ''] = /^(?:mailto|tel|sms):([^?]*)/i.exec(url) ?? []
  return address
}

/** For comparing a label with its link: "example.com" says as much as "https://example.com/". */
function bare(url: string): string {
  const withoutScheme = url.replace(/^https?:\/\/|\/$/gi, '').toLowerCase()
  return /^[+\d().\s-]+$/.test(withoutScheme) ? withoutScheme.replace(/\D/g, '') : withoutScheme
}

const list: FormatCallback = (element, walk, builder) => {
  const nested = element.parent?.name === 'li'
  const first = Number.parseInt(element.attribs?.start ?? '1', 10) || 1
  const items = element.children.filter((child) => child.type === 'tag')
  let number = first
  const rows = items.map((item) => {
    if (item.name !== 'li') return { item, prefix: '' }
    return { item, prefix: element.name === 'ol' ? `${number++}. ` : '- ' }
  })
  const breaks = nested ? 1 : 2
  builder.openList({
    interRowLineBreaks: 1,
    leadingLineBreaks: breaks,
    maxPrefixLength: Math.max(0, ...rows.map((row) => row.prefix.length)),
    prefixAlign: 'left',
  })
  for (const { item, prefix } of rows) {
    builder.openListItem({ prefix })
    walk([item], builder)
    builder.closeListItem()
  }
  builder.closeList({ trailingLineBreaks: breaks })
}

/** Of the body that is being converted, which is done in one go. */
const images = new Set<string>()

const collect: FormatCallback = (element) => {
  const src: unknown = element.attribs?.src
  if (typeof src === 'string' && /^https?:/i.test(src)) images.add(src)
}

/** Made once: making it takes longer than most bodies do. */
const convert = compile({ ...OPTIONS, formatters: { link, list, collect } })
