/** Of the session; what changes something has to carry it. */
let csrf = ''
let onSignedOut = () => {}

/** Called when the session is over, whoever notices it. */
export function whenSignedOut(listener) {
  onSignedOut = listener
}

export function useSession(session) {
  csrf = session.csrf
}

/**
 * One request, to the operator API (`/messages` …) or, without a slash at the front, to the console itself. Resolves with
 * the answer. Rejects with a sentence, and with `status` where there was an answer.
 * @param o.background nobody asked for it, so it keeps nobody signed in
 */
export async function ask(path, { method = 'GET', body, background = false } = {}) {
  const headers = {
    ...(method === 'GET' ? {} : { 'x-csrf-token': csrf }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(background ? { 'x-background': '1' } : {}),
  }
  const answer = await fetch(path.startsWith('/') ? `../api/v1${path}` : path, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new Error('The bridge does not answer.')
  })
  if (answer.status === 204) return null
  const data = await answer.json().catch(() => null)
  if (answer.ok) return data
  if (answer.status === 401 && path !== 'session') onSignedOut()
  const retryAfter = Number(answer.headers.get('retry-after') ?? 0)
  throw Object.assign(new Error(data?.error?.message ?? `The bridge answered ${answer.status}.`), {
    status: answer.status,
    retryAfter,
  })
}

/** A path with those of the parameters that say something. */
export function withQuery(path, parameters) {
  const said = Object.entries(parameters).filter(([, value]) => value !== '' && value !== null && value !== undefined)
  return said.length === 0 ? path : `${path}?${new URLSearchParams(said)}`
}
