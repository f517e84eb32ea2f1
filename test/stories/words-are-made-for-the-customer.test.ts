import { describe, expect, test } from '@jest/globals'
import { conversation, maria, sam, untilStatus, untilTexted } from '../support/stories.ts'
import { SUPPORT, worlds } from '../support/world.ts'

const start = worlds()

describe('words made from templates', () => {
  test('Sam signs what he writes, and a bot does not', async () => {
    const world = await start({ yaml: 'replies: { signature: "– {{ agent.first_name }}" }' })
    const opened = await conversation(world)
    world.intercom.agent.reply(opened.id, 'It ships today.')
    await untilTexted(world, 'It ships today.\n– Sam')
    world.intercom.operator.say(opened.id, 'Anything else?', { fromAi: true })
    await untilTexted(world, 'It ships today.\n– Sam', 'Anything else?')
  })

  test('a signature that cannot be made does not keep the reply back', async () => {
    const world = await start({ yaml: 'replies: { signature: "{% include \'nothing\' %}" }' })
    await sam(world, await conversation(world), 'It ships today.')
    expect(world.log.some((line) => line.includes('A template could not be rendered'))).toBe(true)
  })

  test('the answer to an opt-out is one too', async () => {
    const yaml =
      'optOut: { repliesBy: bridge, stopReply: "Bye {{ contact.first_name | default: \'you\' }}. {{ number }}" }'
    const world = await start({ yaml })
    await maria(world, 'revoke')
    // The stand-in's own opt-out handling is on, so it does not take the confirmation; the bridge has tried.
    await untilStatus(world, `Bye you. ${SUPPORT}`, 'failed')
  })
})
