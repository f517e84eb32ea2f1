import { html } from './libraries.js'
import { longTime, phoneWords, shortTime, statusWords } from './words.js'

/** Something did not work. */
export const Problem = ({ words }) => html`<p class="problem" role="alert">${words}</p>`

export const Empty = ({ words }) => html`<p class="empty">${words}</p>`

export const Status = ({ status }) => {
  const { words, tone } = statusWords(status)
  return html`<span class="pill ${tone}" title=${words}>${status}</span>`
}

export const Time = ({ at, long }) =>
  html`<time datetime=${at} title=${longTime(at)}>${long ? longTime(at) : shortTime(at)}</time>`

export const Phone = ({ of }) => html`<span class="phone">${phoneWords(of)}</span>`

/** @param props.value nothing where there is none: then a dash stands for it */
export const Fact = ({ name, value, children }) => {
  const given = children ?? value
  return html`<div><dt>${name}</dt><dd>${given === null || given === undefined || given === '' ? '–' : given}</dd></div>`
}

/** A conversation, as a link straight into Intercom's inbox. */
export const Conversation = ({ id, session, words = 'Open in Intercom' }) =>
  html`<a class="outside" href=${session.conversations + encodeURIComponent(id)} target="_blank" rel="noopener">
    ${words}<span class="unseen"> (conversation ${id}, new tab)</span>
  </a>`

/** A form whose fields become the query of the page. */
export const Filters = ({ page, children }) => {
  const submit = (event) => {
    event.preventDefault()
    const said = [...new FormData(event.currentTarget)].filter(([, value]) => value !== '')
    location.hash = `${page}?${new URLSearchParams(said)}`
  }
  return html`<form class="filters" role="search" onSubmit=${submit}>${children}
    <button type="submit" class="primary">Search</button>
  </form>`
}

export const Field = ({ name, label, value = '', ...more }) =>
  html`<label><span>${label}</span><input name=${name} key=${`${name} ${value}`} defaultValue=${value} autocomplete="off" ...${more} /></label>`

export const Choice = ({ name, label, value = '', options, onChange }) =>
  html`<label><span>${label}</span><select name=${name} onChange=${onChange}>
    ${options.map(([option, words]) => html`<option value=${option} selected=${option === value}>${words}</option>`)}
  </select></label>`

/** Links to the next page of a list, and back to its beginning. */
export const Pager = ({ page, query, next }) => {
  const to = (cursor) => {
    const { cursor: _, ...rest } = query
    return `#${page}?${new URLSearchParams(cursor ? { ...rest, cursor } : rest)}`
  }
  if (!next && !query.cursor) return null
  return html`<nav class="pager" aria-label="Pages">
    ${query.cursor ? html`<a href=${to(null)}>Newest</a>` : null}
    ${next ? html`<a href=${to(next)}>Older</a>` : null}
  </nav>`
}

/** Says it to everybody, those who cannot see it included. */
export function tell(words) {
  document.querySelector('#news').textContent = words
}
