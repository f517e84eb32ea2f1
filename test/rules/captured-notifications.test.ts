import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readNotification } from '../../src/rules/agent-reply.ts'
import { readContactNotification } from '../../src/rules/contact-notification.ts'
import { sharedFile } from '../support/shared.ts'

const captured = sharedFile('samples/intercom-webhooks')
const withCaptured = captured ? describe : describe.skip
withCaptured('a captured notification', () => {
  const expected: Record<string, string[]> = {
    '2019/conversation_admin_closed.json': ['conversation.changed conversation:21322009097:closed:2824395628'],
    '2019/conversation_admin_opened.json': ['conversation.changed conversation:21330229536:opened:2826953202'],
    '2019/conversation_admin_replied.json': ['reply.sent reply:2824382500'],
    '2019/conversation_admin_snoozed.json': ['conversation.changed conversation:21330067382:opened:2826902108'],
    '2019/conversation_admin_unsnoozed.json': ['conversation.changed conversation:21330067382:opened:2826903472'],
    '2019/conversation_user_created.json': ['part.seen seen:source:21321941764'],
    '2020/conversation_admin_closed.json': ['conversation.changed conversation:137324500000000:closed:6073838784'],
    '2020/conversation_admin_opened.json': ['conversation.changed conversation:137324500000000:opened:6073760644'],
    '2020/conversation_admin_opened_no_admin.json': [
      'conversation.changed conversation:137324500000000:opened:6073760644',
    ],
    '2020/conversation_admin_replied.json': [
      'reply.sent reply:6073780765',
      'conversation.changed conversation:137324500000000:opened:6073780765',
    ],
    '2020/conversation_admin_single_created.json': ['reply.sent reply:608953158'],
    '2020/conversation_admin_single_created_lead.json': ['reply.sent reply:612553981'],
    '2020/conversation_admin_snoozed.json': ['conversation.changed conversation:137324500000000:opened:6073794381'],
    '2020/conversation_admin_unsnoozed.json': ['conversation.changed conversation:137324500000000:opened:6073794381'],
    '2020/conversation_part_tag_created.json': ['conversation.started started:137324500000000'],
    'contact_archived.json': ['contact.changed contact:archived:notif_72d7d36b-5c4b-4a5b-811c-9c985d5b104e'],
    'contact_deleted.json': ['contact.changed contact:deleted:notif_d997a8b0-19f8-47df-b203-b7e8424a2029'],
    'conversation_contact_detached.json': ['contact.detached detached:notif_865f9d8d-0f38-45f4-95c9-495e2bc1c907'],
    'conversation_admin_open_assigned.json': ['reply.sent reply:37358198341'],
    'conversation_admin_replied.json': ['reply.sent reply:37358198341'],
    'conversation_deleted.json': [
      'conversation.changed conversation:215472621305755:deleted:notif_d808d1ab-c203-42fb-9e66-d281c7d1f74d',
    ],
    'conversation_user_replied.json': ['part.seen seen:37358396167'],
  }
  const names = captured ? readdirSync(captured, { recursive: true, encoding: 'utf8' }) : []
  const files = names.filter((name) => name.endsWith('.json')).sort()

  test.each(files)('%s yields what it should', (name) => {
    const payload: unknown = JSON.parse(readFileSync(join(captured ?? '', name), 'utf8'))
    const facts = [
      ...readNotification(payload, { relayBots: true, tag: 'sample tag' }),
      ...readContactNotification(payload),
    ]
    expect(facts.map((fact) => `${fact.kind} ${fact.key}`)).toEqual(expected[name] ?? [])
  })

  test('is there for everything expected', () => {
    expect(files).toEqual(expect.arrayContaining(Object.keys(expected)))
  })
})
