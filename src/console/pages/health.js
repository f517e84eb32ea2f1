import { ask } from './ask.js'
import { Component, html } from './libraries.js'
import { Load } from './load.js'
import { Fact, Problem, Time, tell } from './parts.js'
import { duration, number } from './words.js'

/** How the bridge and both services are. */
export const Health = () => html`<h1 tabindex="-1">Health</h1>
  <${Load} of="health" every=${2000}>${(health) => html`
    <p class="notice ${health.ready ? 'good' : 'bad'}">${health.ready ? 'The bridge can store and work.' : 'The bridge needs help.'}</p>
    ${health.reasons.map((reason) => html`<${Problem} words=${reason} />`)}
    <div class="tiles">${health.services.map((service) => html`<${Service} ...${service} />`)}</div>
    <${Backlog} ...${health.backlog} />`}
  <//>
  <${Checks} />
  <${LookNow} />`

export const STATES = {
  ok: ['Works', 'good'],
  waiting: ['Waits', 'odd'],
  failing: ['Failing', 'bad'],
  down: ['Needs you', 'bad'],
}

const Service = ({ name, state, words, calls, failed, medianMs, workedAt }) => {
  const [title, tone] = STATES[state]
  return html`<section class="tile" aria-label=${name}>
    <h2>${name} <span class="pill ${tone}">${title}</span></h2>
    ${words && html`<p>${words}</p>`}
    <dl class="facts">
      <${Fact} name="Latest calls" value=${number(calls)} />
      <${Fact} name="Of them failed" value=${number(failed)} />
      <${Fact} name="Median time" value=${medianMs === null ? null : `${medianMs} ms`} />
      <${Fact} name="Last worked" value=${workedAt && html`<${Time} at=${workedAt} long />`} />
    </dl>
  </section>`
}

const Backlog = ({ lanes, oldestSeconds, dead, unknown }) => html`<h2>What waits</h2>
  <dl class="facts wide">
    <${Fact} name="Customers with work" value=${number(lanes)} />
    <${Fact} name="The oldest is overdue" value=${duration(oldestSeconds)} />
    <${Fact} name="Dead letters"><a href="#/attention/dead">${number(dead)}</a><//>
    <${Fact} name="Unknown"><a href="#/attention/unknown">${number(unknown)}</a><//>
  </dl>`

const CHECKED = { ok: 'good', warn: 'odd', fail: 'bad' }

/** What the hourly checks saw last: those that somebody has to do something about first. */
const Checks = () => html`<h2>Checks</h2>
  <${Load} of="/health" every=${5000}>${({ checkedAt, checks }) => {
    const said =
      checkedAt === null
        ? 'They are made a while after the start, then every hour.'
        : html`Made <${Time} at=${checkedAt} long />.`
    const urgent = Object.keys(CHECKED).reverse()
    const sorted = checks.toSorted((a, b) => urgent.indexOf(a.status) - urgent.indexOf(b.status))
    return html`<p class="about">${said}</p>
      <ul class="rows checks">${sorted.map(
        ({ name, status, message, fix }) => html`<li key=${name}><article class="row">
          <b class="who">${name}</b>
          <div class="said"><p>${message}</p>${fix && html`<p class="why">${fix}</p>`}</div>
          <span class="pill ${CHECKED[status]}">${status}</span>
        </article></li>`,
      )}</ul>`
  }}
  <//>`

/** Looks for what was missed, now instead of in some minutes. */
class LookNow extends Component {
  state = { busy: false, words: null, error: null }

  #look = async () => {
    this.setState({ busy: true, words: null, error: null })
    try {
      const { texts, replies, statuses } = await ask('/reconcile', { method: 'POST', body: {} })
      const words = `Found: ${texts} texts, ${replies} replies, ${statuses} statuses.`
      this.setState({ busy: false, words })
      tell(words)
    } catch (error) {
      this.setState({ busy: false, error: error.message })
    }
  }

  render(_, { busy, words, error }) {
    return html`<h2>Missed messages</h2>
      <p class="about">They are looked for by itself every few minutes, on both sides.</p>
      <button type="button" disabled=${busy} onClick=${this.#look}>${busy ? 'Looking …' : 'Look now'}</button>
      ${words && html`<p class="notice">${words}</p>`}
      ${error && html`<${Problem} words=${error} />`}`
  }
}
