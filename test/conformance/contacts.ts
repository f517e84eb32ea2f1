import { expect, test } from '@jest/globals'
import { findContact, forgetContact, keepContact } from '../../src/store/contacts.ts'
import { inDatabase } from '../store/temporary.ts'
import type { NewDatabase } from './databases.ts'

export function contacts(newDatabase: NewDatabase): void {
  const MARIA = '+12025550123'

  test('a contact is kept, replaced and forgotten', () =>
    inDatabase(newDatabase, async (tx) => {
      expect(await findContact(tx, MARIA)).toBeNull()
      await keepContact(tx, MARIA, { contactId: 'a', name: 'Maria', madeAt: 1000 }, 1000)
      expect(await findContact(tx, MARIA)).toMatchObject({ contactId: 'a', madeAt: 1000 })
      await keepContact(tx, MARIA, { contactId: 'b', name: null, madeAt: null }, 2000)
      expect(await findContact(tx, MARIA)).toMatchObject({ contactId: 'b', madeAt: null })
      await forgetContact(tx, 'a')
      expect(await findContact(tx, MARIA)).not.toBeNull()
      await forgetContact(tx, 'b')
      expect(await findContact(tx, MARIA)).toBeNull()
    }))
}
