/** Why `fetch` failed: `timeout`, or the code of the socket, which it hides in the cause of its own error. */
export function fetchFailure(error: unknown): string | undefined {
  const { name, cause } = Object(error) as { name?: unknown; cause?: { code?: unknown } }
  if (name === 'TimeoutError') return 'timeout'
  return typeof cause?.code === 'string' ? cause.code : undefined
}
