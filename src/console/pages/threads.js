import { withQuery } from './ask.js'
import { html } from './libraries.js'
import { Load } from './load.js'
import { MessageRows } from './messages.js'
import { Conversation, Empty, Fact, Field, Filters, Pager, Phone, Time } from './parts.js'
import { number } from './words.js'

/** Who is in which conversation. */
export const Threads = ({ query, session }) => {
  const { phone, cursor } = query
  return html`<h1 tabindex="-1">Threads</h1>
    <${Filters} page="/threads"><${Field} name="phone" label="Number" value=${phone} type="tel" placeholder="+1 202 555 0123" /><//>
    <${Load} of=${withQuery('/threads', { phone, cursor, limit: 50 })} every=${2000}>${({ data, next }) =>
      data.length === 0
        ? html`<${Empty} words="There is no such thread." />`
        : html`<ul class="rows threads">${data.map((thread) => html`<li key=${thread.id}><${Row} thread=${thread} session=${session} /></li>`)}</ul>
          <${Pager} page="/threads" query=${query} next=${next} />`}
    <//>`
}

const Row = ({ thread, session }) => html`<article class="row">
    <a class="who" href=${`#/threads/${thread.id}`}><${Phone} of=${thread.customer} /></a>
    <p class="said">with ${thread.number ? html`<${Phone} of=${thread.number} />` : 'our Messaging Service'}</p>
    <${Time} at=${thread.updatedAt} />
    <span class="links">${thread.conversationId && html`<${Conversation} id=${thread.conversationId} session=${session} words="Intercom" />`}</span>
  </article>`

/** One of them: what it has cost, its conversations, what was said last. */
export const Thread = ({ id, session }) =>
  html`<${Load} of=${`/threads/${id}`} every=${2000}>${(thread) => html`
    <h1 tabindex="-1"><${Phone} of=${thread.customer} /></h1>
    <dl class="facts wide">
      <${Fact} name="Our number" value=${thread.number && html`<${Phone} of=${thread.number} />`} />
      <${Fact} name="Segments" value=${number(thread.segments)} />
      <${Fact} name="Price" value=${thread.price === null ? null : `${thread.price} ${thread.priceUnit}`} />
      <${Fact} name="Contact" value=${thread.contactId} />
      <${Fact} name="Since"><${Time} at=${thread.createdAt} long /><//>
    </dl>
    <h2>Conversations</h2>
    ${thread.conversations.length === 0 && html`<${Empty} words="None yet." />`}
    <ul class="rows conversations">${thread.conversations.map(
      ({ id: conversation, segments, price, priceUnit }) => html`<li key=${conversation}><article class="row">
        <a class="who" href=${`#/messages?conversation=${encodeURIComponent(conversation)}`}>${conversation}</a>
        <p class="said">${number(segments)} segments${price === null ? '' : `, ${price} ${priceUnit}`}</p>
        <span>${conversation === thread.conversationId ? html`<span class="pill good">current</span>` : null}</span>
        <span class="links"><${Conversation} id=${conversation} session=${session} words="Intercom" /></span>
      </article></li>`,
    )}</ul>
    <h2>Latest messages</h2>
    <${Load} of=${withQuery('/messages', { phone: thread.customer, limit: 20 })} every=${2000}>${({ data }) =>
      html`<${MessageRows} messages=${data} session=${session} />`}
    <//>`}
  <//>`
