import type { Tx } from '../store/database.ts'
import { findThread, setNumber, type Thread, threadOf, threadOfCustomer } from '../store/threads.ts'
import type { Ctx } from './context.ts'

type Scoped = Pick<Ctx, 'config' | 'now'>

/** The customer's thread with this number of ours, or (`threads.scope: customer`) with all of them; made if there is none. */
export function threadWith(ctx: Scoped, tx: Tx, number: string, customer: string): Promise<Thread> {
  return (joins(ctx) ? threadOfCustomer : threadOf)(tx, number, customer, ctx.now())
}

/** The same, null if there is none. */
export function knownThread(ctx: Scoped, tx: Tx, number: string, customer: string): Promise<Thread | null> {
  return findThread(tx, customer, joins(ctx) ? '' : number)
}

/** The customer texted this number: replies leave from it from now on. */
export async function threadTexted(ctx: Scoped, tx: Tx, number: string, customer: string): Promise<Thread> {
  const thread = await threadWith(ctx, tx, number, customer)
  if (thread.number === number) return thread
  await setNumber(tx, thread.id, number, ctx.now())
  return { ...thread, number }
}

function joins({ config }: Scoped): boolean {
  return config.behaviour.threads.scope === 'customer'
}
