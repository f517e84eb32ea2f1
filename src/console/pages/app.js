import { ask, useSession, whenSignedOut } from './ask.js'
import { Attention } from './attention.js'
import { Audit } from './audit.js'
import { Health } from './health.js'
import { Component, html, render } from './libraries.js'
import { keepLooking, whenChanged } from './live.js'
import { Message } from './message.js'
import { Messages } from './messages.js'
import { OptOuts } from './opt-outs.js'
import { Overview } from './overview.js'
import { SignIn } from './sign-in.js'
import { Thread, Threads } from './threads.js'
import { number } from './words.js'

/** First part of the address behind `#/`: what it is called, and what shows it. */
const PAGES = {
  '': { name: 'Overview', show: Overview },
  messages: { name: 'Messages', show: (props) => (props.id ? Message(props) : Messages(props)) },
  threads: { name: 'Threads', show: (props) => (props.id ? Thread(props) : Threads(props)) },
  attention: { name: 'Attention', show: (props) => Attention({ ...props, kind: props.id }) },
  'opt-outs': { name: 'Opt-outs', show: OptOuts },
  health: { name: 'Health', show: Health },
  audit: { name: 'Audit', show: Audit },
}

class App extends Component {
  /** `session` is undefined until it is known whether there is one. */
  state = { session: undefined, words: null, place: placeOf(location) }

  componentDidMount() {
    whenSignedOut(() => this.#signedOut('You were signed out: nobody was there for half an hour, or the day is over.'))
    window.addEventListener('hashchange', () => this.#go())
    ask('session').then(this.#signedIn, (error) => this.#signedOut(error.status === 401 ? null : error.message))
  }

  componentDidUpdate(_, before) {
    if (!this.state.session) return
    document.title = `${this.state.place.page.name} · intercom-twilio-bridge`
    // Whoever cannot see that the page is another one is taken to its heading.
    if (before.place.path !== this.state.place.path) document.querySelector('h1')?.focus()
  }

  #go() {
    this.setState({ place: placeOf(location) })
    window.scrollTo(0, 0)
  }

  #signedIn = (session) => {
    useSession(session)
    this.stopLooking ??= keepLooking()
    this.setState({ session, words: null })
  }

  #signedOut = (words) => {
    this.stopLooking?.()
    this.stopLooking = undefined
    this.setState({ session: null, words })
  }

  #signOut = async () => {
    await ask('session', { method: 'DELETE' }).catch(() => {})
    this.#signedOut('You are signed out.')
  }

  render(_, { session, words, place }) {
    if (session === undefined) return null
    if (session === null) return html`<${SignIn} words=${words} signedIn=${this.#signedIn} />`
    const { show: Page, ...props } = place.page
    return html`<a class="skip" href="#content" onClick=${skip}>Skip to the content</a>
      <header class="top">
        <a class="brand" href="#/"><img src="icon.svg" alt="" width="26" height="26" /> <span>intercom-twilio-bridge</span></a>
        <button type="button" onClick=${this.#signOut}>Sign out</button>
      </header>
      <${Menu} current=${props.name} />
      <main id="content" tabindex="-1"><${Page} key=${place.path} id=${place.id} query=${place.query} session=${session} /></main>`
  }
}

/** The way to all pages, with what waits for a person. */
class Menu extends Component {
  state = { waiting: 0, ready: true }

  componentDidMount() {
    this.#look()
    this.ignore = whenChanged(() => this.#look())
  }

  componentWillUnmount() {
    this.ignore()
  }

  async #look() {
    const health = await ask('health', { background: true }).catch(() => null)
    if (health === null) return this.setState({ ready: false })
    this.setState({ waiting: health.backlog.dead + health.backlog.unknown, ready: health.ready })
  }

  render({ current }, { waiting, ready }) {
    return html`<nav class="menu" aria-label="Pages">${Object.entries(PAGES).map(
      ([path, { name }]) => html`<a href=${`#/${path}`} aria-current=${name === current ? 'page' : undefined}>${name}
        ${path === 'attention' && waiting > 0 && html` <span class="badge">${number(waiting)}<span class="unseen"> waiting</span></span>`}
        ${path === 'health' && !ready && html` <span class="badge">!<span class="unseen"> needs help</span></span>`}</a>`,
    )}</nav>`
  }
}

/** What an address is about: `#/messages/12?…`. */
function placeOf({ hash }) {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const [page = '', id] = path.split('/').map(decodeURIComponent)
  return { path, page: PAGES[page] ?? PAGES[''], id, query: Object.fromEntries(new URLSearchParams(query)) }
}

/** The hash is taken for the address of a page, so the browser cannot do it. */
function skip(event) {
  event.preventDefault()
  document.querySelector('#content').focus()
}

render(html`<${App} />`, document.querySelector('#app'))
