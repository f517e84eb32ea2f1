import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

/**
 * Reading a large database from end to end takes seconds, so it is done beside the event loop, on a connection of its own.
 * An error of better-sqlite3 would lose its message on the way to us.
 */
const PROGRAM = `
  const { parentPort, workerData } = require('node:worker_threads')
  const Database = require(workerData.module)
  try {
    const db = new Database(workerData.file, { readonly: true, fileMustExist: true })
    parentPort.postMessage({ message: db.pragma('quick_check(1)', { simple: true }) })
    db.close()
  } catch ({ code, message }) {
    parentPort.postMessage({ code: String(code), message })
  }
`

interface Finding {
  /** Only of a check that could not be finished. */
  code?: string
  message: string
}

/**
 * What SQLite finds wrong with the file; null when it is sound.
 * @throws Error when it could not be checked, which says nothing about the file
 */
export async function quickCheck(file: string): Promise<string | null> {
  const { code, message } = await run(file)
  if (code !== undefined && !/^SQLITE_(CORRUPT|NOTADB)/.test(code)) throw new Error(message)
  return message === 'ok' ? null : message
}

function run(file: string): Promise<Finding> {
  return new Promise((resolve, reject) => {
    const module = createRequire(import.meta.url).resolve('better-sqlite3')
    const worker = new Worker(PROGRAM, { eval: true, workerData: { file, module } })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('The check of the database ended without a word.')))
  })
}
