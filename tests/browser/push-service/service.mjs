// A push service for tests, on loopback only: real browsers on one side, strict RFC 8030 and RFC 8292 on the other.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { attachBrowserSide } from './browser-side.mjs'
import { Mailboxes } from './mailbox.mjs'
import { httpSide } from './server-side.mjs'

/**
 * Starts it. `tls` is `{ key, cert }` (see tls.mjs) to have https endpoints; control and websocket stay plain.
 * `origin` is where messages are sent, `ws` where a browser connects, `control` where a test asks.
 */
export async function startPushService({ port = 0, tls = null, now = Date.now } = {}) {
  let behaviour = null
  const service = {
    now,
    log: [],
    mailboxes: new Mailboxes(),
    behave(told) {
      behaviour = told && { times: 1, ...told }
    },
    nextBehaviour() {
      if (!behaviour) return null
      const told = behaviour
      if (told.times !== null && --told.times <= 0) behaviour = null
      return told
    },
  }
  const handler = httpSide(service)
  const plain = createServer(handler)
  const servers = [plain]
  await listen(plain, port)
  service.control = `http://127.0.0.1:${plain.address().port}`
  service.ws = `ws://127.0.0.1:${plain.address().port}/`
  service.origin = service.control
  if (tls) {
    const secure = createTlsServer(tls, handler)
    servers.push(secure)
    await listen(secure, 0)
    service.origin = `https://127.0.0.1:${secure.address().port}`
  }
  const endpoint = (mailbox) => `${service.origin}/wpush/v2/${mailbox.token}`
  const sockets = attachBrowserSide(plain, { mailboxes: service.mailboxes, endpoint, now })

  service.stop = async () => {
    for (const socket of sockets.clients) socket.terminate()
    for (const server of servers) {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
  return service
}

async function listen(server, port) {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}
