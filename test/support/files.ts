import { randomBytes } from 'node:crypto'

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

export const photo = (name = 'photo.jpg') => file(name, 'image/jpeg')
export const pdf = (size?: number) => file('invoice.pdf', 'application/pdf', size)

/** Types and bytes, for comparing what arrived with what was sent. */
export const content = (files: readonly Pick<TestFile, 'contentType' | 'data'>[]) =>
  files.map(({ contentType, data }) => `${contentType} ${data.toString('base64')}`)
