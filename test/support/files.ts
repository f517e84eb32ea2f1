import { createHash, randomBytes } from 'node:crypto'

export interface TestFile {
  name: string
  contentType: string
  data: Buffer
}

/** A file whose bytes nobody else has. */
const file = (name: string, contentType: string, size = 2000): TestFile => ({
  name,
  contentType,
  data: randomBytes(size),
})

export const photo = (name = 'photo.jpg', size?: number) => file(name, 'image/jpeg', size)
export const pdf = (size?: number) => file('invoice.pdf', 'application/pdf', size)

/** Says in a word which bytes these are: to compare megabytes one by one takes seconds. */
export const fingerprint = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')

/** Types and bytes, for comparing what arrived with what was sent. */
export const content = (files: readonly Pick<TestFile, 'contentType' | 'data'>[]) =>
  files.map(({ contentType, data }) => `${contentType} ${fingerprint(data)}`)
