import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { CONSOLE_TOKEN } from '../support/api.ts'
import { postAsTwilio } from '../support/forgery.ts'
import { scrape } from '../support/metrics.ts'
import { read } from '../support/project.ts'
import { conversation, sam } from '../support/stories.ts'
import { startWorld } from '../support/world.ts'
import { labelsIn, metricsIn } from './promql.ts'

interface Rule {
  alert: string
  expr: string
  for?: string
  labels: { severity: string }
  annotations: { summary: string }
}
interface Panel {
  id: number
  type: string
  title: string
  description?: string
  targets?: { expr: string; legendFormat?: string }[]
}

const rules: Rule[] = parse(read('config/alerts.yaml')).groups.flatMap(({ rules }: { rules: Rule[] }) => rules)
const panels: Panel[] = JSON.parse(read('config/grafana-dashboard.json')).panels
const targets = panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ ...target, title })))

let metrics: Set<string>
let labels: Set<string>
beforeAll(async () => {
  const world = await startWorld({ config: () => ({ consoleToken: CONSOLE_TOKEN }) })
  await sam(world, await conversation(world), 'Hi')
  await postAsTwilio(world, { signature: 'forged' })
  const lines = await scrape(world)
  metrics = new Set(lines.flatMap((line) => /^(\w+)/.exec(line)?.[1] ?? []))
  for (const line of lines) metrics.add(/^# TYPE (\w+) (?!histogram)/.exec(line)?.[1] ?? '')
  labels = new Set(lines.flatMap((line) => [...line.matchAll(/(\w+)="/g)].map(([, name]) => name ?? '')))
  await world.close()
})

describe('every alert', () => {
  test.each(rules)('$alert is PromQL about metrics and labels that there are', ({ expr, annotations }) => {
    expect(metricsIn(expr).length).toBeGreaterThan(0)
    expect(metricsIn(expr).filter((name) => !metrics.has(name))).toEqual([])
    const shown = [...annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, name]) => name ?? '')
    expect([...labelsIn(expr), ...shown].filter((name) => !labels.has(name))).toEqual([])
    // A label that the expression has summed away cannot be shown.
    for (const name of shown) expect(/\bby \(/.test(expr) ? labelsIn(expr) : [name]).toContain(name)
  })

  test('has a name of its own, a severity and words', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
    for (const { alert, labels: given, annotations, for: wait = '0s', ...rest } of rules) {
      expect(alert).toMatch(/^Bridge[A-Z]\w+$/)
      expect(['warning', 'critical']).toContain(given.severity)
      expect(annotations.summary).toMatch(/\.$/)
      expect(wait).toMatch(/^\d+[sm]$/)
      expect(Object.keys(rest)).toEqual(['expr'])
    }
  })

  test.each(rules)('$alert is explained, with what to do', ({ alert }) => {
    expect(read('docs/observing.md')).toContain(`**${alert}**`)
  })
})

describe('the dashboard', () => {
  test.each(targets)(
    '$title asks in PromQL for metrics and labels that there are: $expr',
    ({ expr, legendFormat = '' }) => {
      expect(metricsIn(expr).length).toBeGreaterThan(0)
      expect(metricsIn(expr).filter((name) => !metrics.has(name))).toEqual([])
      const shown = [...legendFormat.matchAll(/{{(\w+)}}/g)].map(([, name]) => name ?? '')
      expect([...labelsIn(expr), ...shown].filter((name) => !labels.has(name))).toEqual([])
    },
  )

  test('has panels with a number, a title and a description each, and no address of anybody’s Prometheus', () => {
    const shown = panels.filter(({ type }) => type !== 'row')
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    expect(shown.filter(({ title, description }) => !title || !description)).toEqual([])
    expect(read('config/grafana-dashboard.json')).not.toMatch(/https?:/)
  })
})

test('the documentation explains every metric of the bridge, and no other', () => {
  const named = (text: string) => new Set([...text.matchAll(/`(bridge_[a-z_]+)/g)].map(([, name]) => name))
  const families = [...metrics]
    .filter((name) => name.startsWith('bridge_'))
    .map((name) => name.replace(/_(bucket|sum|count)$/, ''))
  expect([...named(read('docs/observing.md'))].sort()).toEqual([...new Set(families)].sort())
  for (const page of ['README.md', 'docs/codes.md']) {
    for (const name of named(read(page))) expect(families).toContain(name)
  }
})

test('what is no PromQL is noticed, and so is a metric that does not exist', () => {
  expect(() => metricsIn('sum by (lane (bridge_lanes)')).toThrow('Not PromQL')
  expect(metricsIn('rate(bridge_lane[5m]) > 1').filter((name) => !metrics.has(name))).toEqual(['bridge_lane'])
})

afterAll(() => {
  expect(metrics.has('bridge_lanes')).toBe(true)
})
