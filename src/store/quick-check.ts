import { pragmasBeside } from './beside-loop.ts'

/**
 * What SQLite finds wrong with the file; null when it is sound.
 * @throws Error when it could not be checked, which says nothing about the file
 */
export async function quickCheck(file: string): Promise<string | null> {
  const { code, message } = await pragmasBeside(file, ['quick_check(1)'], { readonly: true })
  if (code !== undefined && !/^SQLITE_(CORRUPT|NOTADB)/.test(code)) throw new Error(message)
  return message === 'ok' ? null : message
}
