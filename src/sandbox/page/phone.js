import { ask, clock, h, pictures, sendOnEnter, showLatest } from './dom.js'

const section = document.querySelector('#phone')
const people = section.querySelector('.people')
const list = section.querySelector('ol')
const field = section.querySelector('textarea')

const MINE = { waiting: 'Waiting for Twilio' }
const THEIRS = {
  queued: 'Queued',
  sending: 'Sending',
  sent: 'Sent',
  delivered: 'Delivered',
  undelivered: 'Not delivered',
  failed: 'Not delivered',
}

let phones = []
const chosen = () => people.querySelector('input:checked')?.value

export function showPhone(state) {
  const known = new Set(phones.map(({ phone }) => phone))
  people.append(...state.phones.filter(({ phone }) => !known.has(phone)).map(person))
  phones = state.phones
  if (!chosen()) people.querySelector('input').checked = true
  draw()
}

export function lookAtPhone(phone) {
  const input = people.querySelector(`[value="${phone}"]`)
  input.checked = true
  input.parentElement.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  draw()
}

function draw() {
  const { bubbles } = phones.find(({ phone }) => phone === chosen())
  section.querySelector('.empty').hidden = bubbles.length > 0
  showLatest(list, bubbles, bubble)
}

function person({ phone, name, label }) {
  const input = h('input', { type: 'radio', name: 'phone', value: phone })
  return h('label', {}, input, h('span', {}, h('b', {}, name), h('small', {}, label)))
}

function bubble({ mine, via, text, images, status, at }) {
  const state = (mine ? MINE : THEIRS)[status] ?? clock(at)
  return h(
    'li',
    { class: mine ? 'mine' : 'theirs', 'data-status': status },
    h('span', { class: 'unseen' }, mine ? 'You: ' : via ? '' : 'Acme Support: '),
    via ? h('small', { class: 'via' }, `${mine ? 'To' : 'From'} ${via}`) : '',
    ...pictures(images, mine ? 'Photo you sent' : 'Photo from Acme Support'),
    text && h('p', {}, text),
    h('small', {}, state),
  )
}

function send(body, photo = false) {
  if (body.trim() === '' && !photo) return
  ask('text', { phone: chosen(), body, photo })
  field.value = ''
  field.focus()
}

section.querySelector('form').addEventListener('submit', (event) => {
  event.preventDefault()
  send(field.value)
})
sendOnEnter(field, false)
people.addEventListener('change', draw)
section.querySelector('.keys').addEventListener('click', ({ target: { dataset } }) => {
  if (dataset.say) send(dataset.say)
  if (dataset.photo !== undefined) send(field.value, true)
  if (!dataset.emoji) return
  field.setRangeText(dataset.emoji, field.selectionStart, field.selectionEnd, 'end')
  field.focus()
})
