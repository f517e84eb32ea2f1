// The common recipe, written for this comparison as tutorials and workflow tools have it: inside the webhook's request find
// or make the contact, find the open conversation, reply in it or open one, then answer. Nothing is stored. The SDKs are
// as they come, their own repetitions included.
import express from 'express'
import { IntercomClient } from 'intercom-client'
import twilio from 'twilio'

const { PUBLIC_URL, TWILIO_AUTH_TOKEN, INTERCOM_ACCESS_TOKEN, INTERCOM_API_URL } = process.env
const intercom = new IntercomClient({ token: INTERCOM_ACCESS_TOKEN, baseUrl: INTERCOM_API_URL })
const app = express()

app.post('/webhooks/twilio/inbound', express.urlencoded({ extended: false }), async (req, res) => {
  const signature = req.get('x-twilio-signature')
  if (!twilio.validateRequest(TWILIO_AUTH_TOKEN, signature, PUBLIC_URL + req.originalUrl, req.body)) {
    return res.sendStatus(403)
  }
  const { From: phone, Body: body } = req.body
  const contact =
    (await findContact(phone)) ?? (await intercom.contacts.create({ role: 'user', external_id: phone, phone }))
  const conversation = await findConversation(contact.id)
  if (conversation) {
    await intercom.conversations.reply({
      conversation_id: conversation.id,
      body: { message_type: 'comment', type: 'user', intercom_user_id: contact.id, body },
    })
  } else await intercom.conversations.create({ from: { type: 'contact', id: contact.id }, body })
  res.type('text/xml').send('<Response/>')
})

// Intercom's notifications are not measured.
app.post('/webhooks/intercom', (_req, res) => res.sendStatus(200))

async function findContact(phone) {
  const query = { field: 'phone', operator: '=', value: phone }
  const { data } = await intercom.contacts.search({ query })
  return data[0]
}

async function findConversation(contactId) {
  const value = [
    { field: 'contact_ids', operator: '=', value: contactId },
    { field: 'open', operator: '=', value: true },
  ]
  const { data } = await intercom.conversations.search({ query: { operator: 'AND', value } })
  return data[0]
}

const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ msg: 'listening', port: server.address().port })}\n`)
})
