// The websocket protocol by which Firefox talks to its push service: hello, register, unregister, notification, ack.
import { WebSocketServer } from 'ws'
import { publicKey } from './vapid.mjs'

export function attachBrowserSide(server, { mailboxes, endpoint, now }) {
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => {
    let browser = null
    const say = (message) => socket.send(JSON.stringify(message))
    const answers = {
      hello({ uaid }) {
        browser = mailboxes.browser(uaid)
        browser.socket = socket
        say({ messageType: 'hello', uaid: browser.uaid, status: 200, use_webpush: true, broadcasts: {} })
        for (const mailbox of browser.channels.values()) flush(mailbox, now(), true)
      },
      register({ channelID, key }) {
        let status = 200
        try {
          if (key) publicKey(key)
        } catch {
          status = 400
        }
        const pushEndpoint = status === 200 ? endpoint(mailboxes.open(browser, channelID, key ?? null)) : undefined
        say({ messageType: 'register', channelID, status, pushEndpoint })
      },
      unregister({ channelID }) {
        mailboxes.close(browser, channelID)
        say({ messageType: 'unregister', channelID, status: 200 })
      },
      ack({ updates }) {
        for (const { channelID, version, code } of updates) {
          browser.channels.get(channelID)?.acknowledge(version, code ?? 100, now())
        }
      },
      nack({ version, code }) {
        for (const mailbox of browser.channels.values()) mailbox.acknowledge(version, code, now())
      },
      ping: () => socket.send('{}'),
    }
    socket.on('message', (text) => {
      const message = JSON.parse(text)
      const answer = answers[message.messageType ?? 'ping']
      if (message.messageType && message.messageType !== 'hello' && !browser) return socket.close()
      answer?.(message)
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      if (browser?.socket === socket) browser.socket = null
    })
  })
  return sockets
}

/** Hands a connected browser what waits; after a reconnect also what it never acknowledged. */
export function flush(mailbox, now, again = false) {
  const { socket } = mailbox.browser
  for (const message of mailbox.take(now)) {
    if (!socket || (message.entry.sent_at && !again)) continue
    message.entry.sent_at = now
    const { version, ttl, data } = message
    const content = data.length ? { data: data.toString('base64url'), headers: { encoding: 'aes128gcm' } } : {}
    socket.send(JSON.stringify({ messageType: 'notification', channelID: mailbox.channel, version, ttl, ...content }))
  }
}
