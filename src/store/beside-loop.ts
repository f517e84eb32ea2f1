import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

/**
 * What takes seconds with a large database is done beside the event loop, on a connection of its own. An error of
 * better-sqlite3 would lose its message on the way to us.
 */
const PROGRAM = `
  const { parentPort, workerData } = require('node:worker_threads')
  const Database = require(workerData.module)
  try {
    const db = new Database(workerData.file, { fileMustExist: true, readonly: workerData.readonly })
    for (const pragma of workerData.pragmas) var message = db.pragma(pragma, { simple: true })
    parentPort.postMessage({ message: String(message) })
    db.close()
  } catch ({ code, message }) {
    parentPort.postMessage({ code: String(code), message })
  }
`

export interface Finding {
  /** Only of what could not be finished. */
  code?: string
  message: string
}

/** What SQLite answers to the last of these pragmas. */
export function pragmasBeside(file: string, pragmas: string[], o: { readonly: boolean }): Promise<Finding> {
  return new Promise((resolve, reject) => {
    const module = createRequire(import.meta.url).resolve('better-sqlite3')
    const worker = new Worker(PROGRAM, { eval: true, workerData: { file, module, pragmas, ...o } })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('The work on the database ended without a word.')))
  })
}
