import { exactClock, h, show } from './dom.js'

const section = document.querySelector('#bridge')
const list = section.querySelector('ol')

export function showTrail({ trail }) {
  section.querySelector('.empty').hidden = trail.length > 0
  show(list, trail, step)
}

function step({ tone, title, detail, who, message, at, times }) {
  return h(
    'li',
    { 'data-tone': tone },
    h('p', { class: 'what' }, h('b', {}, title), times > 1 ? h('span', { class: 'times' }, `${times} times`) : ''),
    detail && h('p', {}, detail),
    h(
      'p',
      { class: 'about' },
      h('time', { datetime: new Date(at).toISOString() }, exactClock(at)),
      who ? h('span', {}, who) : '',
      message ? h('span', {}, `text #${message}`) : '',
    ),
  )
}
