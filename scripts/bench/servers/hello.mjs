// The yardstick: the least that Express 5 can do for a request.
import express from 'express'

const app = express()
const hello = (_req, res) => void res.send('hello')
app.get('/', hello)
app.post('/', hello)
const server = app.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ msg: 'listening', port: server.address().port })}\n`)
})
