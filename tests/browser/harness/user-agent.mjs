// The push half of a browser, in Node: holds the keys of a subscription, speaks the websocket protocol, decrypts.
// Stands in for Chromium's own, whose push service cannot be reached offline. Decryption is npm's `http_ece`.
import { createECDH, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import ece from 'http_ece'
import { WebSocket } from 'ws'

export async function connectUserAgent(url) {
  const socket = new WebSocket(url)
  await once(socket, 'open')
  const subscriptions = new Map() // channelID -> { ecdh, auth, onMessage }
  const replies = []
  const say = (message) => socket.send(JSON.stringify(message))
  const ask = (message) => {
    const reply = new Promise((resolve) => replies.push(resolve))
    say(message)
    return reply
  }
  socket.on('message', async (text) => {
    const message = JSON.parse(text)
    if (message.messageType !== 'notification') return replies.shift()?.(message)
    const { channelID, version, data } = message
    const { ecdh, auth, onMessage } = subscriptions.get(channelID)
    let code = 100
    try {
      const options = { version: 'aes128gcm', privateKey: ecdh, authSecret: auth.toString('base64url') }
      const clear = data ? ece.decrypt(Buffer.from(data, 'base64url'), options) : Buffer.alloc(0)
      await onMessage(clear.toString('utf8'))
    } catch {
      code = 101
    }
    say({ messageType: 'ack', updates: [{ channelID, version, code }] })
  })
  const { uaid } = await ask({ messageType: 'hello', use_webpush: true })

  return {
    uaid,
    /** Subscribes with an applicationServerKey (base64url); returns what `PushSubscription.toJSON()` gives. */
    async subscribe(key, onMessage) {
      const channelID = randomUUID()
      const ecdh = createECDH('prime256v1')
      const auth = randomBytes(16)
      subscriptions.set(channelID, { ecdh, auth, onMessage })
      const p256dh = ecdh.generateKeys('base64url')
      const { status, pushEndpoint } = await ask({ messageType: 'register', channelID, key })
      if (status !== 200) throw new Error(`register answered ${status}`)
      return { channelID, endpoint: pushEndpoint, expirationTime: null, keys: { p256dh, auth: auth.toString('base64url') } }
    },
    unsubscribe: (channelID) => ask({ messageType: 'unregister', channelID }),
    close: () => socket.terminate(),
  }
}
