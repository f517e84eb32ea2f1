import { createWorkspace } from '../../intercom/workspace.ts'
import { wantedAttributes } from '../../rules/intercom-setup.ts'
import { configFor, type DemoParts } from './settings.ts'

/** As `npm run setup` leaves a workspace: Intercom takes no attribute that it does not have. */
export async function makeAttributes(parts: DemoParts, now: () => number): Promise<void> {
  const workspace = createWorkspace(configFor(parts), { now })
  for (const { model, name, type } of wantedAttributes(null)) await workspace.makeAttribute(model, { name, type })
}
