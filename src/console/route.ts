import type { Request, Response, Router } from 'express'
import { z } from 'zod'
import type { Actor, Doer } from '../store/audit.ts'
import { parse, refuse } from './answers.ts'
import type { ApiParts } from './api.ts'
import type { RefusalCode } from './refusals.ts'

/** What there is to know of a route of the operator API: the requests are read by it, and the description is made of it. */
export interface Description<Query = z.ZodType, Body = z.ZodType, Headers = z.ZodType> {
  method: 'get' | 'post' | 'delete'
  /** Below /api/v1, as Express writes it. */
  path: string
  /** For the functions of clients that are made from the description. */
  name: string
  summary: string
  query?: Query
  body?: Body
  headers?: Headers
  /** When it is obeyed: HTTP status and what is answered, nothing with 204. */
  status: 200 | 201 | 202 | 204
  answer?: z.ZodType
  /** Besides those that any route may answer. */
  refusals?: RefusalCode[]
}

export interface Given<Query, Body, Headers> {
  params: Record<string, string | undefined>
  query: Query
  body: Body
  headers: Headers
  /** Who asks, and when. */
  by: Doer
}

export type Reply = { body?: object | undefined } | { refused: RefusalCode; message?: string }

export interface Route<Query = z.ZodType, Body = z.ZodType, Headers = z.ZodType>
  extends Description<Query, Body, Headers> {
  handle(o: ApiParts, given: Given<z.output<Query>, z.output<Body>, z.output<Headers>>): Promise<Reply>
}

/** A route whose handler knows the types of what it is given. */
export function route<Query extends z.ZodType, Body extends z.ZodType, Headers extends z.ZodType>(
  one: Route<Query, Body, Headers>,
): Route {
  return one
}

/** 404 for what is not there. */
export function found(thing: object | null): Reply {
  return thing ? { body: thing } : { refused: 'not_found' }
}

const NOTHING = z.unknown()

/** Every request is read, and every answer written, in one way. */
export function mount(router: Router, o: ApiParts, routes: Route[]): void {
  for (const one of routes) router[one.method](one.path, (req, res) => serve(one, o, req, res))
}

async function serve(one: Route, o: ApiParts, req: Request, res: Response): Promise<void> {
  const query = parse(one.query ?? NOTHING, req.query, res)
  const headers = query === null ? null : parse(one.headers ?? NOTHING, req.headers, res)
  const body = headers === null ? null : parse(one.body ?? NOTHING, req.body ?? {}, res)
  if (body === null) return
  const by: Doer = { actor: actorOf(res), at: o.now() }
  const params = req.params as Record<string, string>
  const reply = await one.handle(o, { query, headers, body, params, by })
  if ('refused' in reply) refuse(res, reply.refused, reply.message)
  else if (reply.body === undefined) res.status(one.status).end()
  else res.status(one.status).json(reply.body)
}

/** Whoever lets a request in may say in whose name it comes; without a word it is a program's. */
function actorOf(res: Response): Actor {
  return res.locals.actor ?? 'api'
}
