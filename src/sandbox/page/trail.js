import { exactClock, h, showLatest } from './dom.js'

const section = document.querySelector('#bridge')
const list = section.querySelector('ol')

export function showTrail({ trail }) {
  section.querySelector('.empty').hidden = trail.length > 0
  showLatest(list, trail, step)
}

function step({ tone, title, detail, who, message, at, times }) {
  return h(
    'li',
    { 'data-tone': tone },
    h('b', {}, title, times > 1 ? h('span', { class: 'times' }, `${times} times`) : ''),
    h('time', { datetime: new Date(at).toISOString() }, exactClock(at)),
    h('p', {}, ...about(who, message), detail),
  )
}

function about(who, message) {
  return [who, message && `#${message}`].filter(Boolean).map((words) => h('span', {}, words))
}
