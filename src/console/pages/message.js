import { actionsFor, once } from './actions.js'
import { Component, html } from './libraries.js'
import { Load } from './load.js'
import { Conversation, Fact, Phone, Problem, Status, Time } from './parts.js'
import { trailWords } from './words.js'

/** One message, with its way from the first webhook to the last report. */
export const Message = ({ id, session }) =>
  html`<h1 tabindex="-1">Message ${id}</h1>
    <${Load} of=${`messages/${id}`} every=${1000}>${(message, reload) =>
      html`<div class="sides">
        <section aria-label="The message"><${Text} message=${message} />
          <${Actions} message=${message} changed=${reload} />
          <${Facts} message=${message} session=${session} /></section>
        <section aria-labelledby="trail"><h2 id="trail">Its way</h2><${Trail} steps=${message.trail} /></section>
      </div>`}
    <//>`

const Text = ({ message }) => html`<blockquote class="text ${message.direction}">
    ${message.body ? html`<p>${message.body}</p>` : null}
    ${message.media.map(
      ({ url, name, contentType, lost }) =>
        html`<p>${lost ? `${name ?? contentType} (could not be fetched)` : html`<a href=${url} target="_blank" rel="noopener">${name ?? contentType}</a>`}</p>`,
    )}
    <footer><${Status} status=${message.status} /> <${Time} at=${message.createdAt} long /></footer>
  </blockquote>
  ${message.error && html`<p class="problem">${message.error.message} <small>(${message.error.code})</small></p>`}`

class Actions extends Component {
  state = { error: null }

  async #act(name, action) {
    try {
      await once(`/messages/${this.props.message.id}/${name}`, action)
      this.setState({ error: null })
      this.props.changed()
    } catch (error) {
      this.setState({ error: error.message })
    }
  }

  render({ message }, { error }) {
    const actions = message.direction === 'outbound' ? actionsFor(message.status) : []
    return html`${
      actions.length > 0 &&
      html`<div class="buttons">${actions.map(
        ([name, action]) =>
          html`<button type="button" onClick=${() => this.#act(name, action)}>${action.words}</button>`,
      )}</div>`
    }
      ${error && html`<${Problem} words=${error} />`}`
  }
}

const Facts = ({ message, session }) => html`<dl class="facts">
    <${Fact} name="Customer"><a href=${`#/messages?phone=${encodeURIComponent(message.customer)}`}><${Phone} of=${message.customer} /></a><//>
    <${Fact} name="Our number" value=${message.number && html`<${Phone} of=${message.number} />`} />
    <${Fact} name="Channel" value=${message.channel} />
    <${Fact} name="Segments" value=${message.segments} />
    <${Fact} name="Price" value=${message.price === null ? null : `${message.price} ${message.priceUnit}`} />
    <${Fact} name="Conversation" value=${message.conversationId && html`<${Conversation} id=${message.conversationId} session=${session} words=${message.conversationId} />`} />
    <${Fact} name="Part" value=${message.partId} />
    <${Fact} name="Contact" value=${message.contactId} />
    <${Fact} name="Twilio SID" value=${message.twilioSid} />
    <${Fact} name="Last change"><${Time} at=${message.updatedAt} long /><//>
  </dl>`

const Trail = ({ steps }) =>
  html`<ol class="trail">${steps.map((step) => {
    const { title, tone, detail } = trailWords(step)
    return html`<li class=${tone}><b>${title}</b>
    ${detail && html`<p>${detail}${step.code && step.type === 'call' ? ` (${step.code})` : ''}</p>`}
    <small><${Time} at=${step.at} long />${step.took === null ? '' : `, took ${step.took} ms`}</small></li>`
  })}</ol>`
