// The push service itself: an independent sender (npm web-push) is delivered, everything doubtful is refused.
import assert from 'node:assert/strict'
import { createECDH, createPrivateKey, sign } from 'node:crypto'
import { after, before, beforeEach, test } from 'node:test'
import webPush from 'web-push'
import { connectUserAgent } from '../harness/user-agent.mjs'
import { until } from '../harness/wait.mjs'
import { startPushService } from './service.mjs'

const vapid = webPush.generateVAPIDKeys()
const contact = 'mailto:ops@example.org'
let clock = Date.now()
let service, agent, subscription, heard

before(async () => {
  service = await startPushService({ now: () => clock })
})
after(() => service.stop())
beforeEach(async () => {
  service.log.length = 0
  heard = []
  agent?.close()
  agent = await connectUserAgent(service.ws)
  subscription = await agent.subscribe(vapid.publicKey, (text) => heard.push(text))
})
after(() => agent.close())

/** What npm web-push would send, with some of it changed. */
function message(text, { headers = {}, options = {}, body, token } = {}) {
  const details = webPush.generateRequestDetails(subscription, text, {
    vapidDetails: { subject: contact, publicKey: vapid.publicKey, privateKey: vapid.privateKey },
    TTL: 60,
    ...options,
  })
  const all = { ...details.headers, ...headers }
  for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name]
  delete all['Content-Length']
  if (token) all.Authorization = `vapid t=${token}, k=${vapid.publicKey}`
  return fetch(details.endpoint, { method: 'POST', headers: all, body: body ?? details.body })
}

function jwt(claims, key = vapid) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ typ: 'JWT', alg: 'ES256' })}.${part(claims)}`
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(key.privateKey, 'base64url')
  const point = ecdh.getPublicKey()
  const jwk = { kty: 'EC', crv: 'P-256', d: key.privateKey }
  Object.assign(jwk, { x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') })
  const privateKey = createPrivateKey({ format: 'jwk', key: jwk })
  return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

const soon = (seconds = 3600) => Math.floor(clock / 1000) + seconds

test('a message of an independent sender is decrypted and acknowledged', async () => {
  assert.equal((await message('ñandú')).status, 201)
  await until(() => service.log[0].ack, 'the acknowledgement')
  assert.deepEqual([heard, service.log[0].ack, service.log[0].ttl], [['ñandú'], 100, 60])
})

test('what is not right in the VAPID header is refused', async () => {
  const aud = service.origin
  const other = webPush.generateVAPIDKeys()
  const refused = [
    [401, { headers: { Authorization: undefined } }],
    [401, { headers: { Authorization: 'WebPush abc' } }],
    [401, { token: jwt({ aud: 'http://127.0.0.1', exp: soon(), sub: contact }) }],
    [401, { token: jwt({ aud: `${aud}/wpush`, exp: soon(), sub: contact }) }],
    [401, { token: jwt({ exp: soon(), sub: contact }) }],
    [401, { token: jwt({ aud, exp: soon(-1), sub: contact }) }],
    [401, { token: jwt({ aud, exp: soon(25 * 3600), sub: contact }) }],
    [401, { token: jwt({ aud, sub: contact }) }],
    [401, { token: jwt({ aud, exp: soon(), sub: 'me' }) }],
    [401, { token: jwt({ aud, exp: soon(), sub: contact }, other) }],
    [403, { options: { vapidDetails: { subject: contact, ...other } } }],
    [201, { token: jwt({ aud, exp: soon() }) }],
  ]
  for (const [status, change] of refused) assert.equal((await message('x', change)).status, status, JSON.stringify(change))
})

test('what is not right in headers and body is refused', async () => {
  const refused = [
    [400, { headers: { TTL: undefined } }],
    [400, { headers: { TTL: '-1' } }],
    [400, { headers: { Topic: 'x'.repeat(33) } }],
    [400, { headers: { Topic: 'a b' } }],
    [400, { headers: { Urgency: 'now' } }],
    [400, { headers: { 'Content-Encoding': 'aesgcm' } }],
    [400, { headers: { 'Content-Encoding': undefined } }],
    [400, { body: Buffer.alloc(200, 7) }],
    [413, { body: Buffer.alloc(4097) }],
    [413, { body: Buffer.alloc(100_000) }],
  ]
  for (const [status, change] of refused) assert.equal((await message('x', change)).status, status, JSON.stringify(change))
  const long = await message('x', { headers: { TTL: '99999999' } })
  assert.deepEqual([long.status, long.headers.get('ttl')], [201, '2592000'])
})

test('unknown 404, ended 410, forgotten 410', async () => {
  const { endpoint } = subscription
  subscription.endpoint = `${service.origin}/wpush/v2/unknown`
  assert.equal((await message('x')).status, 404)
  subscription.endpoint = endpoint
  await agent.unsubscribe(subscription.channelID)
  assert.equal((await message('x')).status, 410)
  subscription = await agent.subscribe(vapid.publicKey, () => {})
  await fetch(`${service.control}/_forget`, { method: 'POST' })
  assert.equal((await message('x')).status, 410)
})

test('while the browser is off: a topic is replaced, a TTL runs out, the rest is kept', async () => {
  const { uaid } = agent
  const [browser] = [...service.mailboxes.browsers.values()].filter((one) => one.uaid === uaid)
  agent.close()
  await until(() => !browser.socket, 'the browser to be off')
  await message('old', { options: { topic: 'same' } })
  await message('new', { options: { topic: 'same' } })
  await message('gone', { options: { TTL: 0 } })
  await message('late', { options: { TTL: 1 } })
  clock += 1500
  const [mailbox] = browser.channels.values()
  assert.equal(mailbox.take(clock).length, 1)
  assert.deepEqual(service.log.map((e) => [e.status, !!e.replaced, !!e.expired]), [
    [201, true, false], [201, false, false], [201, false, true], [201, false, true],
  ])
})

test('told to misbehave, it does, as often as told', async () => {
  const behave = (told) => fetch(`${service.control}/_behave`, { method: 'POST', body: JSON.stringify(told) })
  await behave({ status: 429, retry_after: 7 })
  const busy = await message('x')
  assert.deepEqual([busy.status, busy.headers.get('retry-after')], [429, '7'])
  await behave({ status: 503, times: 2 })
  assert.deepEqual([(await message('x')).status, (await message('x')).status, (await message('x')).status], [503, 503, 201])
  await behave({ drop: true })
  await assert.rejects(message('x'))
  await behave({ delay_ms: 100 })
  const before = performance.now()
  assert.equal((await message('x')).status, 201)
  assert.ok(performance.now() - before >= 95)
  const log = await (await fetch(`${service.control}/_log`)).json()
  assert.deepEqual(log.map((entry) => entry.status ?? 'dropped'), [429, 503, 503, 201, 'dropped', 201])
})
