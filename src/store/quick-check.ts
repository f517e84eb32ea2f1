import { Worker } from 'node:worker_threads'

/** Reading a large database from end to end takes seconds, so it is done beside the event loop, on a connection of its own. */
const PROGRAM = `
  const { parentPort, workerData } = require('node:worker_threads')
  const Database = require(workerData.module)
  const db = new Database(workerData.file, { readonly: true, fileMustExist: true })
  parentPort.postMessage(String(db.pragma('quick_check(1)', { simple: true })))
  db.close()
`

/** `ok`, or what SQLite found wrong with the file. */
export function quickCheck(file: string): Promise<string> {
  return new Promise((resolve) => {
    const module = new URL(import.meta.resolve('better-sqlite3')).pathname
    const worker = new Worker(PROGRAM, { eval: true, workerData: { file, module } })
    worker.once('message', resolve)
    worker.once('error', (error) => resolve(error.message))
  })
}
