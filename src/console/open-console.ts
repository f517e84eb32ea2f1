import { randomBytes } from 'node:crypto'
import type { Router } from 'express'
import type { Ctx } from '../flows/context.ts'
import { settingOr } from '../store/settings.ts'
import { consoleRoutes } from './console.ts'
import type { HealthParts } from './services.ts'
import { createSessions, type Sessions } from './session.ts'

/** The console of this deployment; null without CONSOLE_TOKEN. */
export async function openConsole(
  { config, now, log, intercom, mediaLink }: Ctx,
  parts: Omit<HealthParts, 'now'>,
): Promise<{ routes: Router; sessions: Sessions } | null> {
  const token = config.consoleToken
  if (!token) return null
  const key = await settingOr(parts.db, 'console.key', () => randomBytes(32).toString('base64url'))
  const sessions = createSessions({ db: parts.db, now, key, token })
  const routes = consoleRoutes({
    ...parts,
    now,
    log,
    token,
    sessions,
    conversationUrl: intercom.conversationUrl,
    mediaLink,
  })
  return { routes, sessions }
}
