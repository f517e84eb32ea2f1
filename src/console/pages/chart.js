import { Component, html, uPlot } from './libraries.js'
import { dayWords, shortTime } from './words.js'

const HEIGHT = 200

/**
 * Bars over time, and the same numbers as a table for whoever cannot see or point at them.
 * @param props.times of the buckets, ISO
 * @param props.days whether they are days, which are those of UTC; hours are shown by the clock of whoever looks
 * @param props.series `{ label, color, values }`; color is one of the custom properties of base.css
 */
export class Chart extends Component {
  #plot = null
  #box = null
  #scheme = matchMedia('(prefers-color-scheme: dark)')
  #resized = new ResizeObserver(() => this.#plot?.setSize({ width: this.#box.clientWidth, height: HEIGHT }))
  #keepBox = (box) => {
    this.#box = box
  }
  #redraw = () => {
    this.#plot?.destroy()
    this.#plot = new uPlot(optionsFor(this.props, this.#box.clientWidth), dataOf(this.props), this.#box)
  }

  componentDidMount() {
    this.#redraw()
    this.#resized.observe(this.#box)
    this.#scheme.addEventListener('change', this.#redraw)
  }

  componentDidUpdate(before) {
    if (JSON.stringify(dataOf(before)) === JSON.stringify(dataOf(this.props))) return
    if (before.times.length === this.props.times.length) this.#plot.setData(dataOf(this.props))
    else this.#redraw()
  }

  componentWillUnmount() {
    this.#resized.disconnect()
    this.#scheme.removeEventListener('change', this.#redraw)
    this.#plot.destroy()
  }

  render({ title, times, days, series }) {
    return html`<figure class="tile chart">
      <figcaption><h2>${title}</h2></figcaption>
      <div ref=${this.#keepBox} role="img" aria-label=${summary(title, series)}></div>
      <${AsTable} ...${{ title, times, days, series }} />
    </figure>`
  }
}

/** Made when it is opened: a thousand cells that nobody sees take longer than all the charts. */
class AsTable extends Component {
  state = { open: false }

  render(table, { open }) {
    return html`<details onToggle=${(event) => this.setState({ open: event.currentTarget.open })}>
      <summary>As a table</summary>${open && html`<${Table} ...${table} />`}
    </details>`
  }
}

const Table = ({ title, times, days, series }) => {
  const words = days ? dayWords : shortTime
  return html`<div class="scrolls" role="region" aria-label=${`${title}, as a table`} tabindex="0"><table>
    <thead><tr><th scope="col">Time</th>${series.map(({ label }) => html`<th scope="col">${label}</th>`)}</tr></thead>
    <tbody>${times.map(
      (at, row) =>
        html`<tr><th scope="row">${words(at)}</th>${series.map(({ values }) => html`<td>${values[row]}</td>`)}</tr>`,
    )}</tbody>
  </table></div>`
}

const dataOf = ({ times, series }) => [times.map((at) => Date.parse(at) / 1000), ...series.map(({ values }) => values)]

const total = (values) => Math.round(values.reduce((sum, value) => sum + value, 0) * 100) / 100

const summary = (title, series) =>
  `${title}: ${series.map(({ label, values }) => `${label} ${total(values)}`).join(', ')} in all`

function optionsFor({ series, days }, width) {
  const words = days ? dayWords : shortTime
  const style = getComputedStyle(document.documentElement)
  const color = (name) => resolved(style.getPropertyValue(name))
  const font = `12px ${style.fontFamily}`
  const axis = { font, stroke: color('--soft'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false } }
  return {
    width,
    height: HEIGHT,
    ...(days ? { tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'Etc/UTC') } : {}),
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [
      { ...axis, grid: { show: false } },
      { ...axis, size: 44 },
    ],
    series: [
      { value: (_, at) => (at === null ? '–' : words(at * 1000)) },
      ...series.map(({ label, color: name }, index) => ({
        label,
        stroke: color(name),
        fill: index === 0 ? `color-mix(in srgb, ${color(name)} 18%, transparent)` : undefined,
        width: 2,
        points: { size: 5 },
        value: (_, value) => (value === null ? '–' : String(value)),
      })),
    ],
  }
}

/** A canvas knows no light-dark(). */
function resolved(color) {
  const probe = document.createElement('span')
  probe.style.color = color
  document.body.append(probe)
  const { color: plain } = getComputedStyle(probe)
  probe.remove()
  return plain
}
