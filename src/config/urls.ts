import { isIPv4 } from 'node:net'

export interface UrlRules {
  /** Refuse plain http except on this machine. */
  httpsOnly: boolean
}

/**
 * A base URL in the form the rest of the code appends paths to: absolute http(s), the path kept, no trailing slash.
 * Otherwise `fault` continues a sentence that begins with the variable's name.
 */
export function parseBaseUrl(text: string, rules: UrlRules): { url: string } | { fault: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:\/\//i.test(text)) {
    return { fault: 'must be a full address beginning with https://' }
  }
  if (url.username || url.password) return { fault: 'must not hold a user name or password' }
  if (/[?#]/.test(text)) return { fault: 'must end with the host or path, without ? or #' }
  if (rules.httpsOnly && url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return { fault: 'must begin with https:// (http only works for localhost)' }
  }
  return { url: url.origin + url.pathname.replace(/\/+$/, '') }
}

/** `name=value,name=value`, values percent-encoded where they have to be; null for anything else. */
export function parseHeaders(text: string): Record<string, string> | null {
  const headers: Record<string, string> = {}
  for (const pair of text.split(',').filter((given) => given.trim() !== '')) {
    const [, name, value] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? []
    const decoded = percentDecoded(value)
    if (name === undefined || decoded === null) return null
    headers[name] = decoded
  }
  return headers
}

function percentDecoded(text = ''): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]') return true
  return isIPv4(hostname) && hostname.startsWith('127.')
}

/** What is wrong with a DATABASE_URL; undefined when nothing is. Continues a sentence that begins with its name. */
export function databaseUrlFault(text: string): string | undefined {
  if (/^sqlite:./.test(text)) return undefined
  if (/^postgres(ql)?:/.test(text)) {
    const url = URL.canParse(text) ? new URL(text) : undefined
    const whole = url && (url.hostname || url.searchParams.get('host')) && url.pathname.length > 1
    return whole ? undefined : 'must name a host and a database, as postgres://user:password@host:5432/bridge does'
  }
  return 'must be sqlite: and a path, such as sqlite:./data/bridge.db, or postgres://user:password@host:5432/bridge'
}
