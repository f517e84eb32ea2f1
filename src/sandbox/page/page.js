import { ask } from './dom.js'
import { showInbox } from './inbox.js'
import { news } from './news.js'
import { showPhone } from './phone.js'
import { showScenes } from './scenes.js'
import { showTrail } from './trail.js'

const switcher = document.querySelector('.switcher')
const switches = document.querySelectorAll('.switch input')

const consoleToken = document.querySelector('.console code')

const switching = new Set()
let before = null

function showState(state) {
  showPhone(state)
  showTrail(state)
  showScenes(state)
  showInbox(state)
  consoleToken.textContent = state.consoleToken
  for (const input of switches) {
    // What a person has just switched stays switched until it is done: news on its way may be older.
    if (!switching.has(input)) input.checked = state.down[input.name]
    document.querySelector(`#${input.name === 'twilio' ? 'phone' : 'inbox'}`).classList.toggle('down', input.checked)
  }
  if (before) tell(news(before, state))
  before = state
}

/** Says it to screen readers, and marks the side that is out of sight on a small screen. */
function tell(events) {
  if (events.length === 0) return
  document.querySelector('#news').textContent = events.map(({ words }) => words).join(' ')
  for (const { view } of events) {
    if (document.body.dataset.view !== view) switcher.querySelector(`[data-view=${view}]`).classList.add('news')
  }
}

switcher.addEventListener('click', ({ target }) => {
  const { view } = target.dataset
  if (!view) return
  document.body.dataset.view = view
  target.classList.remove('news')
  for (const list of document.querySelectorAll(`#${view} ol`)) list.parentElement.scrollTop = list.scrollHeight
  for (const button of switcher.children) button.setAttribute('aria-pressed', String(button === target))
})
for (const input of switches) {
  input.addEventListener('change', async () => {
    switching.add(input)
    await ask('switch', { service: input.name, down: input.checked })
    switching.delete(input)
  })
}

const live = new EventSource('state')
live.addEventListener('message', ({ data }) => showState(JSON.parse(data)))
live.addEventListener('open', () => {
  document.querySelector('#ended').hidden = true
})
live.addEventListener('error', () => {
  document.querySelector('#ended').hidden = false
})
