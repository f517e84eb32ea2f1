import { ask, h } from './dom.js'

const toggle = document.querySelector('.thread header button')
const panel = document.querySelector('.sidebar')

let conversationId

/** The app belongs to one conversation: another one closes it. */
export function closeSidebar() {
  panel.hidden = true
  toggle.setAttribute('aria-expanded', 'false')
}

export const sidebarOf = (id) => {
  if (id !== conversationId) closeSidebar()
  conversationId = id
}

async function show(press) {
  const answer = await ask('sidebar', { conversationId, ...press })
  const components = answer.ok
    ? await answer.json()
    : [{ type: 'text', text: 'The app does not answer.', style: 'error' }]
  const focused = document.activeElement.id
  panel.replaceChildren(...components.map(element))
  document.getElementById(focused)?.focus({ preventScroll: true })
  // What is new is said at the top.
  panel.scrollTop = 0
}

function element(component) {
  const draw = DRAW[component.type]
  return draw ? draw(component) : ''
}

const DRAW = {
  text: ({ text, style }) => h('p', { class: style ?? 'paragraph', role: style === 'error' ? 'alert' : false }, text),
  divider: () => h('hr', {}),
  spacer: () => '',
  'data-table': ({ items }) =>
    h('dl', {}, ...items.flatMap(({ field, value }) => [h('dt', {}, field), h('dd', {}, value)])),
  list: ({ items }) =>
    h('ul', {}, ...items.map(({ title, subtitle }) => h('li', {}, title, ' ', h('small', {}, subtitle ?? '')))),
  textarea: (field) => labelled(field, h('textarea', { rows: 3, placeholder: field.placeholder ?? '' })),
  input: (field) => labelled(field, h('input', { type: 'text', placeholder: field.placeholder ?? '' })),
  dropdown: (field) =>
    labelled(field, h('select', {}, ...field.options.map(({ id, text }) => h('option', { value: id }, text)))),
  button({ id, label, style }) {
    const button = h('button', { type: 'button', id: `app-${id}`, class: style ?? 'secondary' }, label)
    button.addEventListener('click', () => show({ label, entered: entered() }))
    return button
  },
}

function labelled({ id, label, value }, control) {
  control.id = `app-${id}`
  control.dataset.field = id
  control.value = value ?? ''
  return h('label', {}, h('span', {}, label ?? ''), control)
}

const entered = () =>
  Object.fromEntries([...panel.querySelectorAll('[data-field]')].map(({ dataset, value }) => [dataset.field, value]))

toggle.addEventListener('click', async () => {
  if (!panel.hidden) return closeSidebar()
  await show({})
  panel.hidden = false
  toggle.setAttribute('aria-expanded', 'true')
})
