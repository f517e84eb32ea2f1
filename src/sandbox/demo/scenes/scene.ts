import type { Stage } from '../stage.ts'

/** One thing the bridge does, played for whoever watches. */
export interface Scene {
  id: string
  group: string
  title: string
  /** What there is to see, where. */
  look: string
  /** Somebody of this name, where it matters. */
  guest?: string
  /** Keys of the behaviour file that it needs otherwise, as YAML: the bridge is started with them, and as before afterwards. */
  settings?: string
  /** Resolves when it has been seen; rejects when it does not come. */
  play(customer: Stage): Promise<void>
}
