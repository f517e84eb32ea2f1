import { withQuery } from './ask.js'
import { html } from './libraries.js'
import { Load } from './load.js'
import { Choice, Conversation, Empty, Field, Filters, Pager, Phone, Status, Time } from './parts.js'
import { STATUSES } from './words.js'

/** Find a message: by number, words, status, conversation. */
export const Messages = ({ query, session }) => {
  const { phone, text, status, direction, conversation, cursor } = query
  const of = withQuery('/messages', { phone, text, status, direction, conversation, cursor, limit: 50 })
  return html`<h1 tabindex="-1">Messages</h1>
    <${Filters} page="/messages">
      <${Field} name="text" label="Words" value=${text} placeholder="order on its way" />
      <${Field} name="phone" label="Number" value=${phone} type="tel" placeholder="+1 202 555 0123" />
      <${Choice} name="status" label="Status" value=${status} options=${[['', 'Any'], ...STATUSES.map((one) => [one, one])]} />
      <${Choice} name="direction" label="Direction" value=${direction}
        options=${[['', 'Both'], ['inbound', 'In'], ['outbound', 'Out']]} />
      <${Field} name="conversation" label="Conversation" value=${conversation} placeholder="Intercom’s id" />
    <//>
    <${Load} of=${of} every=${2000}>${({ data, next }) =>
      data.length === 0
        ? html`<${Empty} words="No message is like that." />`
        : html`<${MessageRows} messages=${data} session=${session} /><${Pager} page="/messages" query=${query} next=${next} />`}
    <//>`
}

/** Messages, one below the other. */
export const MessageRows = ({ messages, session }) =>
  html`<ul class="rows messages">${messages.map(
    (message) => html`<li key=${message.id}><${MessageRow} message=${message} session=${session} /></li>`,
  )}</ul>`

export const MessageRow = ({ message, session, box }) => {
  const inbound = message.direction === 'inbound'
  return html`<article class="row ${box ? 'ticked' : ''}">
    ${box}
    <span class="way ${message.direction}"><span aria-hidden="true">${inbound ? '↓' : '↑'}</span><span class="unseen">${inbound ? 'From' : 'To'}</span></span>
    <a class="who" href=${`#/messages/${message.id}`}><${Phone} of=${message.customer} /></a>
    <div class="said"><p class="words">${message.body || html`<em>${message.media.length > 0 ? 'Only files' : 'No words'}</em>`}</p>
      ${message.error && html`<p class="why">${message.error.message}</p>`}</div>
    <${Status} status=${message.status} />
    <${Time} at=${message.createdAt} />
    <span class="links">${message.conversationId && html`<${Conversation} id=${message.conversationId} session=${session} words="Intercom" />`}</span>
  </article>`
}
