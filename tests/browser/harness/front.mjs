// A reverse proxy between browser and server that can be cut, so that "no network" is the same for page and worker.
// It notes each request, and can lose one answer on the way back: the server has heard, the phone does not know.
import { once } from 'node:events'
import { createServer, request as ask } from 'node:http'
import { serveApp } from './dist.mjs'
import { sleep } from './wait.mjs'

export async function startFront() {
  let port = null
  let lose = null
  let held = null
  const requests = [] // { at, method, path, status, type, idempotency_key, lost }
  const server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming
    const entry = { at: Date.now(), method, path, idempotency_key: headers['idempotency-key'] }
    requests.push(entry)
    // A build of the app that is newer than the one in the server, for those who work on the app alone.
    if (process.env.CAIRN_TEST_APP && path.startsWith('/app/')) return serveApp(incoming, outgoing, entry)
    const onward = ask({ host: '127.0.0.1', port, method, path, headers }, async (answer) => {
      entry.status = answer.statusCode
      entry.headers = answer.headers
      if (lose?.matches(entry)) {
        if (!lose.all) lose = null
        entry.lost = true
        answer.resume()
        return answer.on('end', () => outgoing.destroy())
      }
      if (held?.matches(entry)) await sleep(held.ms)
      outgoing.writeHead(answer.statusCode, answer.rawHeaders)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    incoming.pipe(onward)
  })
  const listen = async (at) => {
    server.listen(at, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const own = server.address().port
  const cut = async () => {
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return {
    origin: `http://127.0.0.1:${own}`,
    requests,
    to: (target) => (port = target),
    cut,
    restore: async () => {
      if (!server.listening) await listen(own)
    },
    /** Holds answers back for a while; null ends it. */
    hold: (matches, ms) => (held = matches && { matches, ms }),
    loseAnswer: (matches) => (lose = { matches }),
    /** The same for each of them; null ends it. */
    loseAnswers: (matches) => (lose = matches && { matches, all: true }),
    stop: cut,
  }
}
