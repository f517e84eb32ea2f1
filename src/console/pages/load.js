import { ask } from './ask.js'
import { Component, html } from './libraries.js'
import { whenChanged } from './live.js'
import { Problem } from './parts.js'

/**
 * Shows what is asked `of` the bridge, and again whenever it has changed: `children` is called with the answer and with a
 * function that asks anew.
 * @param props.every how many milliseconds lie between two looks at least
 */
export class Load extends Component {
  state = { data: null, error: null, of: null }
  #asked = 0
  #askedAt = 0
  #later = null

  componentDidMount() {
    this.load()
    this.ignore = whenChanged(() => this.#refresh())
  }

  componentDidUpdate(before) {
    if (before.of !== this.props.of) this.load()
  }

  componentWillUnmount() {
    this.ignore()
    clearTimeout(this.#later)
    this.#asked = Number.NaN
  }

  #refresh() {
    clearTimeout(this.#later)
    const wait = this.#askedAt + (this.props.every ?? 0) - performance.now()
    this.#later = setTimeout(() => this.load({ background: true }), Math.max(0, wait))
  }

  load = async (o = {}) => {
    const { of } = this.props
    this.#askedAt = performance.now()
    const number = ++this.#asked
    const answer = await ask(of, o).then(
      (data) => ({ data, error: null, of }),
      (error) => ({ error }),
    )
    // What was asked for meanwhile is what is to be seen.
    if (number === this.#asked) this.setState(answer)
  }

  render({ of, children }, { data, error, of: shown }) {
    if (error) return html`<${Problem} words=${error.message} />`
    if (data === null) return html`<p class="empty" aria-busy="true">Loading …</p>`
    return html`<div class="loaded" aria-busy=${String(of !== shown)}>${children(data, this.load)}</div>`
  }
}
