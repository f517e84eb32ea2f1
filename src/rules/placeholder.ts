/** Stands in for a text without words, since Intercom refuses an empty body: `[2 pictures]`, `[1 file]`. */
export function mediaPlaceholder(media: { contentType: string }[]): string {
  const count = media.length
  if (count === 0) return '[empty text]'
  const pictures = media.every((item) => item.contentType.startsWith('image/'))
  const noun = pictures ? 'picture' : 'file'
  return `[${count} ${noun}${count === 1 ? '' : 's'}]`
}
