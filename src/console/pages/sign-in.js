import { ask } from './ask.js'
import { Component, html } from './libraries.js'
import { Problem } from './parts.js'

/** Asks for the token. @param props.signedIn called with the session */
export class SignIn extends Component {
  state = { error: null, busy: false }

  componentDidMount() {
    document.title = 'Sign in · intercom-twilio-bridge'
    this.field?.focus()
  }

  #submit = async (event) => {
    event.preventDefault()
    const token = this.field.value.trim()
    this.setState({ busy: true, error: null })
    try {
      this.props.signedIn(await ask('session', { method: 'POST', body: { token } }))
    } catch (error) {
      this.setState({ busy: false, error: error.message })
      this.field.select()
    }
  }

  render({ words }, { error, busy }) {
    return html`<main class="sign-in">
      <form class="tile" onSubmit=${this.#submit}>
        <img src="icon.svg" alt="" width="40" height="40" />
        <h1>Console</h1>
        <p>intercom-twilio-bridge</p>
        ${words && html`<p class="notice">${words}</p>`}
        <label><span>Token</span>
          <input type="password" name="token" required autocomplete="current-password" spellcheck="false"
            aria-describedby="token-hint" ref=${(field) => (this.field = field)} /></label>
        <small id="token-hint">The value of CONSOLE_TOKEN.</small>
        ${error && html`<${Problem} words=${error} />`}
        <button type="submit" class="primary" disabled=${busy}>Sign in</button>
      </form>
    </main>`
  }
}
