import { withQuery } from './ask.js'
import { html } from './libraries.js'
import { Load } from './load.js'
import { Empty, Field, Filters, Pager, Phone, Time } from './parts.js'

/** Who changed what, when. */
export const Audit = ({ query }) => {
  const { phone, cursor } = query
  return html`<h1 tabindex="-1">Audit</h1>
    <${Filters} page="/audit"><${Field} name="phone" label="Number" value=${phone} type="tel" placeholder="+1 202 555 0123" /><//>
    <${Load} of=${withQuery('/audit', { phone, cursor, limit: 50 })} every=${5000}>${({ data, next }) =>
      data.length === 0
        ? html`<${Empty} words="Nobody has changed anything." />`
        : html`<ul class="rows audit">${data.map((entry) => html`<li key=${entry.id}><${Entry} ...${entry} /></li>`)}</ul>
          <${Pager} page="/audit" query=${query} next=${next} />`}
    <//>`
}

const Entry = ({ at, actor, action, target, phone, details }) => html`<article class="row">
    <b class="who">${action.replaceAll(/[._]/g, ' ')}</b>
    <p class="said">${target ?? ''} ${phone && html`<${Phone} of=${phone} />`}
      <span class="why">${Object.entries(details ?? {})
        .map(([name, value]) => `${name}: ${value}`)
        .join(', ')}</span></p>
    <span class="pill plain">${actor}</span>
    <${Time} at=${at} long />
  </article>`
