import { parser } from '@prometheus-io/lezer-promql'

/** The metrics that a PromQL expression names. Throws where it is none. */
export function metricsIn(expression: string): string[] {
  // What Grafana puts in before Prometheus sees it.
  const text = expression.replaceAll('$__rate_interval', '5m')
  const names: string[] = []
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`Not PromQL at ${node.from}: ${text}`)
      // The rule names a selector's metric and a function alike.
      if (node.name === 'Identifier' && node.node.parent?.name === 'VectorSelector') {
        names.push(text.slice(node.from, node.to))
      }
    },
  })
  return names
}

/** The labels that an expression matches, sums by or shows. */
export function labelsIn(expression: string): string[] {
  const text = expression.replaceAll('$__rate_interval', '5m')
  const names: string[] = []
  parser.parse(text).iterate({
    enter(node) {
      if (node.name === 'LabelName') names.push(text.slice(node.from, node.to))
    },
  })
  return names
}
