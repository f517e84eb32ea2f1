import type { IncomingMessage } from 'node:http'

/** `gone`: the sender broke off, and there is nobody to answer. */
export type BodyFault = 'too_large' | 'wrong_type' | 'gone'

/**
 * The body of a webhook, byte for byte, as signatures need it. Compressed ones are refused: what they unpack to is not
 * what was signed, and may be far larger. Past `maxBytes` the rest is read but not kept, since a sender that is cut off in
 * the middle of writing would not see our answer.
 */
export function readBody(req: IncomingMessage, o: { type: RegExp; maxBytes: number }): Promise<Buffer | BodyFault> {
  if (req.headers['content-encoding'] !== undefined || !o.type.test(req.headers['content-type'] ?? '')) {
    return Promise.resolve('wrong_type')
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= o.maxBytes) return chunks.push(chunk)
      chunks.length = 0
      resolve('too_large')
    })
    req.on('end', () => resolve(Buffer.concat(chunks, size <= o.maxBytes ? size : 0)))
    req.on('close', () => resolve('gone'))
    req.on('error', () => resolve('gone'))
  })
}
