import type { Config } from '../../config/types.ts'
import { PERMISSIONS, TOPICS, WELCOME_TOPICS } from '../../rules/intercom-setup.ts'

/** What Intercom lets nobody do by API, with this deployment's own values. */
export function manualSteps({ publicUrl, behaviour }: Pick<Config, 'publicUrl' | 'behaviour'>): string {
  const topics = [...TOPICS, ...(behaviour.welcome === '' ? [] : WELCOME_TOPICS)]
  return `By hand, in Intercom's Developer Hub (https://app.intercom.com/a/developer-signup › your app › Configure):

1. Authentication. The app needs these permissions; after a change, put the renewed access token into .env:
${listed(PERMISSIONS)}
2. Webhooks. Endpoint URL:
     ${publicUrl}/webhooks/intercom
   Topics, every one of them:
${listed(topics)}
   Then "Send a test request": it has to be answered 200.
3. Canvas Kit › For teammates, for the app beside a conversation:
     Initialize URL  ${publicUrl}/canvas/initialize
     Submit URL      ${publicUrl}/canvas/submit
   Each teammate then pins the app in the inbox's sidebar.

Intercom sends notifications only while the bridge runs and is reached at this address: \`npm start\`, then \`npm run doctor\`.`
}

const listed = (lines: readonly string[]) => lines.map((line) => `     ${line}`).join('\n')
