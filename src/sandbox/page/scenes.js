import { ask, h, show } from './dom.js'
import { lookAtConversationsOf } from './inbox.js'
import { lookAtPhone } from './phone.js'

const list = document.querySelector('.scenes')
const WORDS = { playing: 'Playing …', seen: 'Seen', failed: 'It did not come to this' }

let playing

export function showScenes({ scenes }) {
  const busy = scenes.some(({ state }) => state === 'playing')
  const groups = [...new Set(scenes.map(({ group }) => group))]
  show(
    list,
    groups.map((id) => ({ id, busy, scenes: scenes.filter(({ group }) => group === id) })),
    group,
  )
  follow(scenes.find(({ state }) => state === 'playing'))
}

/** Whoever watches a scene sees its customer on both sides, and may look away again. */
function follow(scene) {
  if (scene && scene.id !== playing) {
    lookAtPhone(scene.guest.phone)
    lookAtConversationsOf(scene.guest.name)
  }
  playing = scene?.id
}

function group({ id, busy, scenes }) {
  return h('li', {}, h('h3', {}, id), h('ul', {}, ...scenes.map((one) => scene(one, busy))))
}

function scene({ id, title, look, state, guest }, busy) {
  const button = h('button', { type: 'button', 'data-id': id, disabled: busy && '' }, title)
  button.addEventListener('click', () => ask('play', { scene: id }))
  const outcome = WORDS[state] ? h('b', {}, `${WORDS[state]}${guest ? ` (${guest.name})` : ''}`) : ''
  return h('li', { 'data-state': state }, button, h('p', {}, look, ' ', outcome))
}
