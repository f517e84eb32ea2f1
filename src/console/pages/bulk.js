import { inBulk } from './actions.js'
import { ask, withQuery } from './ask.js'
import { confirm } from './confirm.js'
import { Component, html } from './libraries.js'
import { Problem, tell } from './parts.js'
import { number } from './words.js'

/**
 * A list with boxes to tick, and what can be done to those that are ticked, or to all there are.
 * @param props.list path of the list without its page, such as `/jobs?state=dead`
 * @param props.data what is shown of it; `next` when there are more
 * @param props.actions by the last part of their path
 * @param props.path of one item, without the action
 * @param props.draw one item; it is given its box
 */
export class Bulk extends Component {
  state = { ticked: new Set(), running: null, result: null }
  #stopped = false

  componentWillUnmount() {
    this.#stopped = true
  }

  #tick(id, on) {
    const ticked = new Set(this.state.ticked)
    if (on) ticked.add(id)
    else ticked.delete(id)
    this.setState({ ticked })
  }

  #shown = () => this.props.data.map(({ id }) => id)

  async #run(name, which) {
    const action = this.props.actions[name]
    const ids =
      which === 'all' ? await everyId(this.props.list) : this.#shown().filter((id) => this.state.ticked.has(id))
    if (ids.length === 0 || (action.ask && !(await confirm(action.ask(ids.length))))) return
    this.#stopped = false
    this.setState({ running: { action, total: ids.length, done: 0, failed: 0 }, result: null })
    // The oldest first, so that the texts of one customer keep their order.
    const { done, failures } = await inBulk(ids.reverse(), {
      path: (id) => `${this.props.path}/${id}/${name}`,
      report: (counts) => this.setState(({ running }) => ({ running: { ...running, ...counts } })),
      stopped: () => this.#stopped,
    })
    const words = `${action.done}: ${number(done)} of ${number(ids.length)}.`
    this.setState({ running: null, ticked: new Set(), result: { words, failures } })
    tell(words)
    this.props.changed()
  }

  render({ data, next, actions, draw, label }, { ticked, running, result }) {
    const some = data.filter(({ id }) => ticked.has(id)).length
    const box = (item) =>
      html`<input type="checkbox" checked=${ticked.has(item.id)} disabled=${running !== null}
        aria-label=${`Choose ${label} ${item.id}`} onChange=${(event) => this.#tick(item.id, event.target.checked)} />`
    return html`<div class="bulk" role="group" aria-label="With several at once">
        <label class="tick"><input type="checkbox" checked=${some > 0 && some === data.length} disabled=${running !== null}
          onChange=${(event) => this.setState({ ticked: new Set(event.target.checked ? this.#shown() : []) })} /> All on this page</label>
        <span class="count">${some} chosen</span>
        ${Object.entries(actions).map(
          ([name, { words }]) =>
            html`<button type="button" disabled=${some === 0 || running !== null} onClick=${() => this.#run(name, 'ticked')}>${words} chosen</button>`,
        )}
        ${Object.entries(actions).map(
          ([name, { words }]) =>
            html`<button type="button" disabled=${running !== null} onClick=${() => this.#run(name, 'all')}>${words} all${next ? '' : ` ${data.length}`}</button>`,
        )}
      </div>
      ${running && html`<${Progress} ...${running} stop=${() => (this.#stopped = true)} />`}
      ${result && html`<${Result} ...${result} />`}
      <ul class="rows">${data.map((item) => html`<li key=${item.id}>${draw(item, box(item))}</li>`)}</ul>`
  }
}

const Progress = ({ action, total, done, failed, stop }) =>
  html`<div class="progress">
    <label><span>${action.words}: ${number(done + failed)} of ${number(total)}${failed > 0 ? `, ${failed} refused` : ''}</span>
      <progress max=${total} value=${done + failed}></progress></label>
    <button type="button" onClick=${stop}>Stop</button>
  </div>`

const Result = ({ words, failures }) =>
  html`<p class="notice">${words}</p>
    ${failures.slice(0, 5).map(({ id, words: why }) => html`<${Problem} words=${`${id}: ${why}`} />`)}`

/** Ids of a whole list, newest first. */
async function everyId(list) {
  const [path, query] = list.split('?')
  const ids = []
  for (let cursor = ''; cursor !== null; ) {
    const page = await ask(withQuery(path, { ...Object.fromEntries(new URLSearchParams(query)), limit: 200, cursor }))
    ids.push(...page.data.map(({ id }) => id))
    cursor = page.next
  }
  return ids
}
