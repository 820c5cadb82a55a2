// The HTTP side: RFC 8030 for those who send, and a small control surface for tests (paths that begin with /_).
import { randomUUID } from 'node:crypto'
import { checkMessage } from './accept.mjs'
import { flush } from './browser-side.mjs'
import { checkVapid, Refusal } from './vapid.mjs'

const HARD_LIMIT = 64 * 1024

export function httpSide(service) {
  return async (request, response) => {
    const answer = (status, body, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(body === undefined ? '' : JSON.stringify(body))
    }
    try {
      const body = await read(request)
      const { pathname } = new URL(request.url, service.origin)
      if (pathname.startsWith('/_')) return answer(200, control(service, pathname, body))
      await receive(service, pathname, request, body, answer, response)
    } catch (error) {
      if (!response.headersSent) answer(error.status ?? 400, { reason: error.message })
    }
  }
}

async function receive(service, pathname, request, body, answer, response) {
  const entry = {
    at: service.now(),
    method: request.method,
    path: pathname,
    headers: request.headers,
    bytes: body.length,
    body: body.toString('base64'),
  }
  service.log.push(entry)
  const done = (status, extra, headers) => {
    Object.assign(entry, { status, ...extra })
    answer(status, status === 201 ? undefined : extra, headers)
  }
  try {
    const told = service.nextBehaviour()
    if (told?.delay_ms) await new Promise((resolve) => setTimeout(resolve, told.delay_ms))
    if (told?.drop) {
      entry.dropped = true
      return response.destroy()
    }
    if (told?.status) {
      const wait = told.retry_after === undefined ? {} : { 'retry-after': String(told.retry_after) }
      return done(told.status, { reason: 'as told' }, wait)
    }
    const mailbox = service.mailboxes.byToken.get(/^\/wpush\/v2\/([\w-]+)$/.exec(pathname)?.[1])
    if (request.method !== 'POST') throw new Refusal(405, 'only POST')
    if (!mailbox) throw new Refusal(404, 'no such subscription')
    if (mailbox.gone) throw new Refusal(410, 'the subscription has ended')
    const at = service.now()
    entry.vapid = checkVapid(request.headers.authorization, {
      origin: service.origin,
      subscribedKey: mailbox.key,
      now: at,
    })
    const { ttl, topic, urgency } = checkMessage(request.headers, body)
    const version = randomUUID()
    mailbox.put({ version, ttl, topic, data: body, expires: at + ttl * 1000, entry })
    done(201, { ttl, topic, urgency }, { ttl: String(ttl), location: `${service.origin}/m/${version}` })
    flush(mailbox, at)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    done(error.status, { reason: error.message })
  }
}

function control(service, pathname, body) {
  const told = body.length ? JSON.parse(body) : {}
  switch (pathname) {
    case '/_log':
      return service.log
    case '/_reset':
      service.log.length = 0
      service.behave(null)
      return {}
    case '/_behave': // { status?, retry_after?, delay_ms?, drop?, times? = 1; null = until told otherwise }
      service.behave(told)
      return {}
    case '/_forget':
      service.mailboxes.forget()
      return {}
    case '/_disconnect':
      for (const { socket } of service.mailboxes.browsers.values()) socket?.terminate()
      return {}
    default:
      throw new Refusal(404, 'unknown control path')
  }
}

async function read(request) {
  const parts = []
  let length = 0
  for await (const part of request) {
    length += part.length
    if (length > HARD_LIMIT) throw new Refusal(413, 'far too large')
    parts.push(part)
  }
  return Buffer.concat(parts)
}
