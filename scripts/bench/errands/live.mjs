import { allWords, number, OURS } from './inbox.mjs'

/** An ordinary day, with a reply to every fiftieth text. */
export async function live({ twilio, intercom }, { textsPerSecond, minutes }) {
  const end = performance.now() + minutes * 60_000
  let sent = 0
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      if (performance.now() > end) {
        clearInterval(timer)
        return resolve()
      }
      void twilio.text({ from: number(sent % 5000), to: OURS, body: `text ${sent}` })
      const conversation = sent % 50 === 0 ? intercom.conversations[sent % 5000] : undefined
      if (conversation) intercom.agent.reply(conversation.id, `reply ${sent}`)
      sent++
    }, 1000 / textsPerSecond)
  })
  return { sent, replies: twilio.sent.length, posted: allWords(intercom).length }
}
