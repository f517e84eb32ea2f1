import { expect, test } from '@jest/globals'
import { dropExpiredFiles, keepFile, readKeptFile } from '../../src/store/media.ts'
import { inDatabase } from '../store/temporary.ts'
import type { NewDatabase } from './databases.ts'

export function media(newDatabase: NewDatabase): void {
  const file = { name: 'invoice.pdf', contentType: 'application/pdf', data: Buffer.from('%PDF-1.7 \0 binary') }

  test('a kept file is read back byte for byte until its time is over', () =>
    inDatabase(newDatabase, async (tx) => {
      const kept = await keepFile(tx, 'part-1', file, 5000)
      expect(kept).toMatchObject({ name: 'invoice.pdf', contentType: 'application/pdf', size: file.data.length })
      expect(await readKeptFile(tx, kept.id, 4999)).toEqual(file)
      expect(await readKeptFile(tx, kept.id, 5000)).toBeNull()
    }))

  test('only expired files are dropped', () =>
    inDatabase(newDatabase, async (tx) => {
      const old = await keepFile(tx, 'part-1', file, 5000)
      const young = await keepFile(tx, 'part-1', file, 5001)
      await dropExpiredFiles(tx, 5000)
      expect(await readKeptFile(tx, old.id, 0)).toBeNull()
      expect(await readKeptFile(tx, young.id, 0)).not.toBeNull()
    }))
}
