import { ask, clock, h, pictures, sendOnEnter, show, showLatest } from './dom.js'
import { sidebarOf } from './sidebar.js'

const section = document.querySelector('#inbox')
const conversationList = section.querySelector('.conversations')
const head = section.querySelector('.thread header')
const facts = section.querySelector('.facts')
const list = section.querySelector('ol')
const form = section.querySelector('form')
const field = form.querySelector('textarea')

let state
let chosen
let following

export function showInbox(now) {
  state = now
  const followed = state.conversations.find(({ name }) => name === following)
  chosen = followed?.id ?? chosen ?? state.conversations[0]?.id
  draw()
}

/** Shows the latest conversation of a customer, until somebody chooses another one. */
export function lookAtConversationsOf(name) {
  following = name
}

function draw() {
  const { conversations, down } = state
  const conversation = conversations.find(({ id }) => id === chosen)
  show(conversationList, conversations.map(summary), entry)
  section.querySelector('.empty').hidden = conversation !== undefined
  head.hidden = conversation === undefined
  facts.hidden = !conversation?.details.length
  if (conversation) drawThread(conversation)
  sidebarOf(conversation?.id)
  field.placeholder = down.intercom ? 'Intercom is down' : 'Answer the customer (Ctrl+Enter sends)'
  for (const control of form.elements) control.disabled = !conversation || down.intercom
}

function drawThread({ name, phone, state, tags, details, items }) {
  head.querySelector('h3').textContent = name
  head.querySelector('.about').textContent = `${phone} · ${state}`
  show(
    head.querySelector('.tags'),
    tags.map((id) => ({ id })),
    ({ id }) => h('li', {}, id),
  )
  show(facts.querySelector('dl'), details, ({ name, value }) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))
  showLatest(list, items, item)
}

/** What the list shows of a conversation. */
function summary({ id, name, waiting, state, tags, items }) {
  const last = items.findLast(({ kind }) => kind !== 'event')
  const text = last.text || (last.files[0] ?? 'Photo')
  return { id, name, waiting, state, tags, text, at: last.at, current: id === chosen }
}

function entry({ id, name, waiting, state, tags, text, at, current }) {
  const button = h(
    'button',
    { type: 'button', 'aria-current': current && 'true' },
    h('span', { class: 'avatar', 'aria-hidden': 'true' }, /[a-z]/i.test(name) ? name[0] : '#'),
    h('b', {}, name),
    h('span', { class: 'words' }, text),
    h(
      'span',
      { class: 'marks' },
      waiting ? h('span', { class: 'waiting' }, 'waiting') : '',
      state === 'open' ? '' : h('span', {}, state),
      ...tags.map((tag) => h('span', { class: 'tag' }, tag)),
      h('time', { datetime: new Date(at).toISOString() }, clock(at)),
    ),
  )
  button.addEventListener('click', () => {
    chosen = id
    following = undefined
    list.replaceChildren()
    draw()
  })
  return h('li', {}, button)
}

function item({ kind, author, text, images, files, at }) {
  if (kind === 'event') return h('li', { class: kind }, `${text} · ${clock(at)}`)
  return h(
    'li',
    { class: kind },
    h('p', { class: 'author' }, h('b', {}, author), kind === 'note' ? ' wrote a note' : '', ` · ${clock(at)}`),
    ...pictures(images, `Photo from ${author}`),
    text && h('p', { class: 'words' }, text),
    ...files.map((name) => h('p', { class: 'file' }, `Attached: ${name}`)),
  )
}

function answer(how) {
  if (field.value.trim() === '') return field.focus()
  ask('answer', { conversationId: chosen, body: field.value, how })
  field.value = ''
  field.focus()
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  answer('reply')
})
sendOnEnter(field, true)
for (const button of form.querySelectorAll('button[type=button]')) {
  button.addEventListener('click', () => answer(button.dataset.how))
}
