import { JOB_ACTIONS, MESSAGE_ACTIONS } from './actions.js'
import { withQuery } from './ask.js'
import { Bulk } from './bulk.js'
import { html } from './libraries.js'
import { Load } from './load.js'
import { MessageRow } from './messages.js'
import { Empty, Pager, Time } from './parts.js'
import { jobWords } from './words.js'

const KINDS = {
  dead: {
    title: 'Dead letters',
    words: 'What the bridge has given up. Mend the reason, then retry.',
    list: '/jobs?state=dead',
    path: '/jobs',
    label: 'dead letter',
    actions: JOB_ACTIONS,
    none: 'Nothing was given up.',
  },
  unknown: {
    title: 'Unknown',
    words: 'Texts of which it could not be proven that they went out. Look into Twilio’s log, then decide.',
    list: '/messages?status=unknown',
    path: '/messages',
    label: 'message',
    actions: pick('resend', 'mark-sent'),
    none: 'Nothing is unknown.',
  },
  failed: failed('failed', 'Failed', 'Texts that did not go out.'),
  undelivered: failed('undelivered', 'Undelivered', 'Texts that did not reach the phone.'),
}

function failed(status, title, words) {
  const none = 'There are none.'
  return {
    title,
    words,
    list: `/messages?status=${status}`,
    path: '/messages',
    label: 'message',
    actions: pick('resend'),
    none,
  }
}

function pick(...names) {
  return Object.fromEntries(names.map((name) => [name, MESSAGE_ACTIONS[name]]))
}

/** What waits for a person, one by one and in bulk. */
export const Attention = ({ kind: asked, query, session }) => {
  const kind = Object.hasOwn(KINDS, asked) ? asked : 'dead'
  const { title, words, list, none, ...how } = KINDS[kind]
  const page = `/attention/${kind}`
  const [path, fixed] = list.split('?')
  const of = withQuery(path, { ...Object.fromEntries(new URLSearchParams(fixed)), cursor: query.cursor, limit: 50 })
  const draw = (item, box) =>
    kind === 'dead'
      ? html`<${Job} job=${item} box=${box} />`
      : html`<${MessageRow} message=${item} box=${box} session=${session} />`
  return html`<h1 tabindex="-1">${title}</h1>
    <nav class="tabs" aria-label="What waits">${Object.entries(KINDS).map(
      ([name, { title: tab }]) =>
        html`<a href=${`#/attention/${name}`} aria-current=${name === kind ? 'page' : undefined}>${tab}</a>`,
    )}</nav>
    <p class="about">${words}</p>
    <${Load} key=${kind} of=${of} every=${2000}>${({ data, next }, reload) =>
      html`${data.length === 0 && html`<${Empty} words=${none} />`}
        <${Bulk} ...${how} list=${list} data=${data} next=${next} draw=${draw} changed=${reload} />
        <${Pager} page=${page} query=${query} next=${next} />`}
    <//>`
}

const Job = ({ job, box }) => html`<article class="row ticked job">
    ${box}
    <span class="who">${job.messageId === null ? jobWords(job.kind) : html`<a href=${`#/messages/${job.messageId}`}>${jobWords(job.kind)}</a>`}</span>
    <p class="said">${job.error ?? ''}</p>
    <span class="count">${job.attempts} attempts</span>
    <${Time} at=${job.createdAt} />
    <code class="links">${job.id}</code>
  </article>`
