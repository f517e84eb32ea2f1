import { ask, withQuery } from './ask.js'
import { confirm } from './confirm.js'
import { Component, html } from './libraries.js'
import { Load } from './load.js'
import { Empty, Field, Filters, Pager, Phone, Problem, Time, tell } from './parts.js'

/** Who wants no texts. */
export const OptOuts = ({ query }) => {
  const { phone, cursor } = query
  return html`<h1 tabindex="-1">Opt-outs</h1>
    <${Filters} page="/opt-outs"><${Field} name="phone" label="Number" value=${phone} type="tel" placeholder="+1 202 555 0123" /><//>
    <${Load} of=${withQuery('/opt-outs', { phone, cursor, limit: 50 })} every=${2000}>${({ data, next }, reload) =>
      html`<${Add} changed=${reload} />
        ${data.length === 0 && html`<${Empty} words="Nobody has opted out." />`}
        <${List} entries=${data} changed=${reload} />
        <${Pager} page="/opt-outs" query=${query} next=${next} />`}
    <//>`
}

class Add extends Component {
  state = { error: null }

  #submit = async (event) => {
    event.preventDefault()
    const form = event.currentTarget
    const { phone, from, reason } = Object.fromEntries(new FormData(form))
    try {
      await ask('/opt-outs', { method: 'POST', body: { phone, reason, ...(from ? { from } : {}) } })
      form.reset()
      this.setState({ error: null })
      tell(`${phone} is not texted any more.`)
      this.props.changed()
    } catch (error) {
      this.setState({ error: error.message })
    }
  }

  render(_, { error }) {
    return html`<details class="add"><summary>Opt somebody out</summary>
      <form class="filters" onSubmit=${this.#submit}>
        <label><span>Customer’s number</span><input name="phone" type="tel" required autocomplete="off" /></label>
        <label><span>From our number (empty: all)</span><input name="from" type="tel" autocomplete="off" /></label>
        <label><span>Reason</span><input name="reason" maxlength="500" autocomplete="off" /></label>
        <button type="submit" class="primary">Opt out</button>
      </form>
      ${error && html`<${Problem} words=${error} />`}
    </details>`
  }
}

class List extends Component {
  state = { error: null }

  async #end({ id, phone }) {
    const words = 'They may be texted again. Twilio keeps a list of its own: whoever texted STOP has to text START.'
    if (!(await confirm({ title: `End the opt-out of ${phone}?`, words, yes: 'End the opt-out' }))) return
    try {
      await ask(`/opt-outs/${id}`, { method: 'DELETE' })
      this.setState({ error: null })
      tell(`The opt-out of ${phone} is over.`)
    } catch (error) {
      this.setState({ error: error.message })
    }
    this.props.changed()
  }

  render({ entries }, { error }) {
    return html`${error && html`<${Problem} words=${error} />`}
      <ul class="rows opt-outs">${entries.map(
        (entry) => html`<li key=${entry.id}><article class="row">
          <a class="who" href=${`#/messages?phone=${encodeURIComponent(entry.phone)}`}><${Phone} of=${entry.phone} /></a>
          <p class="said">from ${entry.from ? html`<${Phone} of=${entry.from} />` : 'all our numbers'}${entry.reason ? `: ${entry.reason}` : ''}</p>
          <span class="pill plain">${entry.source}</span>
          <${Time} at=${entry.createdAt} />
          <span class="links"><button type="button" onClick=${() => this.#end(entry)}>End<span class="unseen"> the opt-out of ${entry.phone}</span></button></span>
        </article></li>`,
      )}</ul>`
  }
}
