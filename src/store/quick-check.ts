import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

/** Reading a large database from end to end takes seconds, so it is done beside the event loop, on a connection of its own. */
const PROGRAM = `
  const { parentPort, workerData } = require('node:worker_threads')
  const Database = require(workerData.module)
  const verdict = (check) => {
    try {
      return check()
    } catch (error) {
      if (/^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) return error.message
      throw error
    }
  }
  const db = new Database(workerData.file, { readonly: true, fileMustExist: true })
  parentPort.postMessage(verdict(() => db.pragma('quick_check(1)', { simple: true })))
  db.close()
`

/**
 * What SQLite finds wrong with the file; null when it is sound.
 * @throws Error when it could not be checked, which says nothing about the file
 */
export function quickCheck(file: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const module = createRequire(import.meta.url).resolve('better-sqlite3')
    const worker = new Worker(PROGRAM, { eval: true, workerData: { file, module } })
    worker.once('message', (verdict: unknown) => resolve(verdict === 'ok' ? null : String(verdict)))
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('The check of the database ended without a word.')))
  })
}
