/** An element. What comes from people goes in as text, never as HTML. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) if (value !== false) element.setAttribute(name, value)
  element.append(...children.filter((child) => child !== ''))
  return element
}

/**
 * Makes a list show these items. One that has not changed keeps its element, so that focus, scrolling and screen readers
 * are left in peace.
 */
export function show(list, items, draw) {
  const before = new Map([...list.children].map((element) => [element.dataset.id, element]))
  const elements = items.map((item) => {
    const content = JSON.stringify(item)
    const old = before.get(item.id)
    if (old?.content === content) return old
    const element = draw(item)
    element.dataset.id = item.id
    element.content = content
    if (!old) element.classList.add('new')
    return element
  })
  const focused = list.contains(document.activeElement) ? document.activeElement.closest('[data-id]').dataset.id : null
  if (elements.length !== list.children.length || elements.some((element, index) => element !== list.children[index])) {
    list.replaceChildren(...elements)
  }
  if (focused !== null && !list.contains(document.activeElement)) {
    elements
      .find((element) => element.dataset.id === focused)
      ?.querySelector('button')
      ?.focus()
  }
}

/** The same for a list that grows at its end: who looks at the end goes on doing so. */
export function showLatest(list, items, draw) {
  const scroller = list.parentElement
  const atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60
  show(list, items, draw)
  if (atEnd) scroller.scrollTop = scroller.scrollHeight
}

export const clock = (at) => new Date(at).toLocaleTimeString([], { hour12: false, hour: '2-digit', minute: '2-digit' })
export const exactClock = (at) => new Date(at).toLocaleTimeString([], { hour12: false })

export const pictures = (images, alt) => images.map((src) => h('img', { src, alt, width: 480, height: 360 }))

/** Asks the demo to do something. Nothing comes back but the new state. */
export function ask(what, input) {
  return fetch(`do/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  })
}

/** Enter alone (or with Ctrl, where lines are long) sends. */
export function sendOnEnter(textarea, withCtrl) {
  textarea.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing || event.shiftKey) return
    if (withCtrl !== (event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    textarea.form.requestSubmit()
  })
}
