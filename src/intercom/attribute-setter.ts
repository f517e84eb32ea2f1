import { VendorError } from '../errors.ts'

type Value = string | boolean | number

/**
 * Sets custom attributes; those that the workspace does not have are made, then all are set. Intercom refuses the whole of
 * an update that names one it does not know.
 * @param o.isUnknown whether a refusal may be for such a name
 * @param o.create makes one; that it is there by now is no error
 */
export function attributeSetter<V extends Value>(o: {
  update: (id: string, attributes: Record<string, V>) => Promise<unknown>
  isUnknown: (refusal: VendorError) => boolean
  create: (name: string, value: V) => Promise<unknown>
}): (id: string, attributes: Record<string, V>) => Promise<void> {
  /** Names made by this process, so that a refusal for another reason does not make them again. */
  const made = new Set<string>()

  async function make(name: string, value: V): Promise<void> {
    try {
      await o.create(name, value)
    } catch (error) {
      const exists = error instanceof VendorError && error.code === 'parameter_invalid'
      if (!exists) throw error
    }
    made.add(name)
  }

  return async (id, attributes) => {
    try {
      await o.update(id, attributes)
    } catch (error) {
      const missing = Object.entries(attributes).filter(([name]) => !made.has(name))
      if (!(error instanceof VendorError) || !o.isUnknown(error) || missing.length === 0) throw error
      for (const [name, value] of missing) await make(name, value)
      await o.update(id, attributes)
    }
  }
}
