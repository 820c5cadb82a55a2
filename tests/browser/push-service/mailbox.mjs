// Subscriptions and the messages that wait in them.
import { randomBytes } from 'node:crypto'

/** One subscription of one browser. `send` is set while that browser is connected. */
class Mailbox {
  constructor(browser, channel, key) {
    Object.assign(this, { browser, channel, key, token: randomBytes(24).toString('base64url'), gone: false })
    this.waiting = [] // stored or sent, not acknowledged yet
  }

  /** Takes a message; one with the same topic that waits is replaced (RFC 8030 section 5.4). */
  put(message) {
    if (message.topic) {
      for (const old of this.waiting.filter((m) => m.topic === message.topic && !m.entry.sent_at)) {
        old.entry.replaced = true
        this.waiting.splice(this.waiting.indexOf(old), 1)
      }
    }
    if (message.ttl === 0 && !this.browser.socket) message.entry.expired = true
    else this.waiting.push(message)
  }

  /** What is still useful at `now`; the rest is dropped. */
  take(now) {
    for (const message of this.waiting) message.entry.expired ||= message.ttl > 0 && message.expires <= now
    this.waiting = this.waiting.filter((message) => !message.entry.expired)
    return this.waiting
  }

  acknowledge(version, code, now) {
    const at = this.waiting.findIndex((message) => message.version === version)
    if (at < 0) return
    const [message] = this.waiting.splice(at, 1)
    Object.assign(message.entry, { ack: code, acked_at: now }) // 100 shown to the page's worker, 101 not decrypted
  }
}

export class Mailboxes {
  browsers = new Map() // uaid -> { uaid, socket, channels: Map(channelID -> Mailbox) }
  byToken = new Map()

  browser(uaid) {
    const known = uaid && this.browsers.get(uaid)
    if (known) return known
    const browser = { uaid: randomBytes(16).toString('hex'), socket: null, channels: new Map() }
    this.browsers.set(browser.uaid, browser)
    return browser
  }

  open(browser, channel, key) {
    const mailbox = new Mailbox(browser, channel, key)
    browser.channels.set(channel, mailbox)
    this.byToken.set(mailbox.token, mailbox)
    return mailbox
  }

  close(browser, channel) {
    const mailbox = browser.channels.get(channel)
    if (mailbox) mailbox.gone = true
    browser.channels.delete(channel)
  }

  /** Loses every browser, as a push service does after a long absence: endpoints then answer 410. */
  forget() {
    for (const mailbox of this.byToken.values()) mailbox.gone = true
    for (const { socket } of this.browsers.values()) socket?.terminate()
    this.browsers.clear()
  }
}
