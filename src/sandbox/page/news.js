/** What happened between two states that somebody who does not see the page should hear. */
export function news(before, state) {
  return [...textsArrived(before, state), ...entriesArrived(before, state), ...troubles(before, state)]
}

function textsArrived(before, { phones }) {
  const known = idsOf(before.phones.flatMap(({ bubbles }) => bubbles))
  return phones.flatMap(({ name, bubbles }) =>
    bubbles
      .filter(({ id, mine }) => !mine && !known.has(id))
      .map(({ text }) => ({ view: 'phone', words: `Text for ${name}: ${text || 'a photo'}.` })),
  )
}

function entriesArrived(before, { conversations }) {
  const known = idsOf(before.conversations.flatMap(({ items }) => items))
  return conversations
    .flatMap(({ items }) => items)
    .filter(({ id, kind }) => !known.has(id) && (kind === 'customer' || kind === 'note'))
    .map(({ kind, author, text }) => {
      const what = kind === 'note' ? 'Note by' : 'New in the inbox, from'
      return { view: 'inbox', words: `${what} ${author}: ${text || 'a photo'}.` }
    })
}

function troubles(before, { trail }) {
  const known = idsOf(before.trail)
  return trail
    .filter(({ id, tone }) => !known.has(id) && (tone === 'failed' || tone === 'retry'))
    .map(({ title, detail }) => ({ view: 'bridge', words: `${title}. ${detail}` }))
}

const idsOf = (things) => new Set(things.map(({ id }) => id))
