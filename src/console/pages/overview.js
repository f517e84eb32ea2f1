import { withQuery } from './ask.js'
import { Chart } from './chart.js'
import { STATES } from './health.js'
import { html } from './libraries.js'
import { Load } from './load.js'
import { Empty, Problem } from './parts.js'
import { duration, money, number } from './words.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const SPANS = {
  day: { words: '24 hours', ms: DAY_MS, bucket: 'hour' },
  week: { words: '7 days', ms: 7 * DAY_MS, bucket: 'day' },
  month: { words: '30 days', ms: 30 * DAY_MS, bucket: 'day' },
  quarter: { words: '90 days', ms: 90 * DAY_MS, bucket: 'day' },
}

/** How it goes: volumes, delivery, answers, cost, and how the bridge and both services are. */
export const Overview = ({ query }) => {
  const span = Object.hasOwn(SPANS, query.span ?? '') ? query.span : 'week'
  const { ms, bucket } = SPANS[span]
  // Whole hours or days, so that none is shown by half and the same address is asked for again.
  const width = bucket === 'day' ? DAY_MS : HOUR_MS
  const to = Math.ceil(Date.now() / width) * width
  const of = withQuery('/stats', { from: new Date(to - ms).toISOString(), to: new Date(to).toISOString(), bucket })
  return html`<h1 tabindex="-1">Overview</h1>
    <${Load} of="health" every=${5000}>${(health) => html`<${Now} ...${health} />`}<//>
    <nav class="tabs" aria-label="Time">${Object.entries(SPANS).map(
      ([name, { words }]) =>
        html`<a href=${`#/?span=${name}`} aria-current=${name === span ? 'page' : undefined}>${words}</a>`,
    )}</nav>
    <${Load} of=${of} every=${5000}>${(stats) => html`<${Numbers} ...${stats.totals} /><${Charts} ...${stats} />
      <div class="halves"><${Failures} errors=${stats.errors} /><${Answers} survey=${stats.survey} /></div>`}
    <//>`
}

const Now = ({ reasons, services, backlog }) => html`${reasons.map((reason) => html`<${Problem} words=${reason} />`)}
  <ul class="now" aria-label="Right now">
    ${services.map(({ name, state }) => html`<li><a href="#/health">${name} <span class="pill ${STATES[state][1]}">${STATES[state][0]}</span></a></li>`)}
    <li><a href="#/health">Customers with work <b>${number(backlog.lanes)}</b></a></li>
    <li><a href="#/attention/dead">Dead letters <b>${number(backlog.dead)}</b></a></li>
    <li><a href="#/attention/unknown">Unknown <b>${number(backlog.unknown)}</b></a></li>
  </ul>`

const Numbers = (totals) => {
  const { inbound, outbound, deliveryRate, failed, blocked, unknown, segments, cost } = totals
  const rate = deliveryRate === null ? '–' : `${(deliveryRate * 100).toFixed(1)} %`
  return html`<dl class="tiles numbers">
    <${Tile} name="Texts in" value=${number(inbound)} />
    <${Tile} name="Texts out" value=${number(outbound)} />
    <${Tile} name="Delivered" value=${rate} more=${`${number(failed)} failed, ${number(blocked)} blocked, ${number(unknown)} unknown`} />
    <${Times} name="First reply" times=${totals.firstReplySeconds} />
    <${Times} name="Time to close" times=${totals.closeSeconds} more=${`${number(totals.closed)} closed`} />
    <${Tile} name="Cost" value=${money(cost)} more=${`${number(segments)} segments`} />
  </dl>`
}

const Tile = ({ name, value, more }) =>
  html`<div class="tile"><dt>${name}</dt><dd><b>${value}</b>${more && html`<small>${more}</small>`}</dd></div>`

const Times = ({ name, times, more }) => {
  const slow = times ? `nine in ten within ${duration(times.p90)}` : ''
  const said = [slow, more].filter(Boolean).join('; ')
  return html`<${Tile} name=${name} value=${times ? duration(times.median) : '–'} more=${said} />`
}

const Charts = ({ buckets, bucket }) => {
  const days = bucket === 'day'
  const times = buckets.map(({ at }) => at)
  const line = (label, color, field) => ({ label, color, values: buckets.map((bucket) => Number(bucket[field])) })
  const cost = { label: 'Cost', color: '--violet', values: buckets.map((bucket) => costOf(bucket.cost)) }
  if (buckets.length === 0) return html`<${Empty} words="Nothing was texted in this time." />`
  return html`<div class="charts">
    <${Chart} title="Texts" times=${times} days=${days} series=${[line('In', '--blue', 'inbound'), line('Out', '--violet', 'outbound')]} />
    <${Chart} title="Delivery" times=${times} days=${days} series=${[line('Delivered', '--green', 'delivered'), line('Failed', '--red', 'failed')]} />
    <${Chart} title="Segments" times=${times} days=${days} series=${[line('Segments', '--blue', 'segments')]} />
    <${Chart} title="Cost" times=${times} days=${days} series=${[cost]} />
  </div>`
}

/** All currencies of one account are one. */
const costOf = (cost) => Object.values(cost ?? {}).reduce((sum, price) => sum + Math.abs(price), 0)

const Failures = ({ errors }) => html`<section class="tile"><h2>Failures by reason</h2>
  ${errors.length === 0 && html`<${Empty} words="No text has failed." />`}
  <${Shares} rows=${errors.map(({ code, message, count }) => ({ name: message ?? code, detail: code, count }))} />
</section>`

const Answers = ({ survey }) => html`<section class="tile"><h2>Answers to the survey</h2>
  ${survey.length === 0 && html`<${Empty} words="Nobody was asked, or nobody has answered." />`}
  <${Shares} rows=${survey.map(({ answer, count }) => ({ name: answer ?? 'No answer', count }))} />
</section>`

/** How often each thing was, as bars. */
const Shares = ({ rows }) => {
  const most = Math.max(1, ...rows.map(({ count }) => count))
  return html`<ul class="shares">${rows.map(
    ({ name, detail, count }) => html`<li>
      <span>${name}${detail && detail !== name ? html` <code>${detail}</code>` : ''}</span><b>${number(count)}</b>
      <span class="bar" aria-hidden="true" style=${{ width: `${(100 * count) / most}%` }}></span>
    </li>`,
  )}</ul>`
}
