// The service worker in Chromium: the two actions by kind, an answer without opening the app, a push nobody can read.
import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { appOn } from '../harness/app.mjs'
import { clickAction, noNotification } from '../harness/notifications.mjs'
import { openPhoneWorld } from '../harness/phone.mjs'
import { localTime } from '../harness/staff.mjs'
import { until } from '../harness/wait.mjs'

const NEUTRAL = { en: ['You have a reminder', 'Open to see it'], es: ['Tienes un recordatorio', 'Abre para verlo'] }
let world, client, page, app

// The push service speaks https here, with a certificate of the tests' own, as real ones do.
before(async () => {
  world = await openPhoneWorld('worker', { screen: true, tls: true })
})
after(() => world?.close())

async function sendReminder(kind, title) {
  const starts = localTime(client.time_zone, Date.now() + 45 * 60_000)
  await world.staff.item(client, { kind, title, starts_at_local: starts, duration_minutes: 30 })
  const occurrence = await theOccurrence(title)
  await world.staff.sendNow(client, occurrence.occurrence_id)
  world.step(`"${title}" sent now`)
  const [notification] = await world.notified()
  return notification
}

const theOccurrence = async (title) => (await world.staff.agenda(client)).find((one) => one.title === title)

const response = (title, wanted) =>
  until(async () => (await theOccurrence(title)).response?.response === wanted, `the answer ${wanted}`)

test('the phone is activated and reminders are on', () =>
  world.run(async () => {
    ;({ client, page, app } = await world.activated())
    await app.turnOnReminders()
    await page.close()
    await world.phone.stopWorkers()
  }))

test('an appointment: "I\'m going" answers without opening the app', () =>
  world.run(async () => {
    const { title, body, lang, actions } = await sendReminder('appointment', 'Dentist')
    assert.deepEqual([[title, body], lang], [NEUTRAL.en, 'en'])
    assert.deepEqual(actions, [['confirmed', "I'm going"], ['help', 'I need help']])
    const [any] = await world.browser.pages()
    await clickAction(world.display, any, actions.map(([, label]) => label), 0)
    await response('Dentist', 'confirmed')
    await noNotification(world.display)
    const urls = (await world.browser.pages()).map((one) => one.url())
    assert.ok(!urls.some((url) => url.includes('/app/')), `no page was opened: ${urls}`)
  }))

test('a routine: "Later" answers without opening the app', () =>
  world.run(async () => {
    const { actions } = await sendReminder('routine', 'Evening walk')
    assert.deepEqual(actions, [['done', 'Done'], ['snoozed', 'Later']])
    const [any] = await world.browser.pages()
    await clickAction(world.display, any, actions.map(([, label]) => label), 1)
    await response('Evening walk', 'snoozed')
    await noNotification(world.display)
  }))

test('"I need help" is sent, and the person is told so', () =>
  world.run(async () => {
    const { actions } = await sendReminder('meeting', 'Group')
    const [any] = await world.browser.pages()
    await clickAction(world.display, any, actions.map(([, label]) => label), 1)
    await response('Group', 'help')
    const [{ title, body }] = await until(async () => {
      const all = await world.notifications()
      return all.some((one) => one.title !== NEUTRAL.en[0]) && all
    }, 'the word that it was sent')
    assert.deepEqual([title, body], ['Your answer was sent', 'Open to see it'])
  }))

test('staff saw each reminder sent, shown and answered, one message each', () =>
  world.run(async () => {
    const reminders = await world.staff.reminders(client)
    const sent = reminders.filter(({ state }) => state === 'sent')
    assert.equal(sent.length, 3)
    for (const { sent_at, shown_at, answered_at } of sent) assert.ok(sent_at && shown_at && answered_at)
    const [later, ...others] = reminders.filter(({ state }) => state !== 'sent')
    assert.deepEqual([later.state, others], ['planned', []], 'the one that was put off')
    const minutes = (Date.parse(later.due_at) - Date.now()) / 60_000
    assert.ok(minutes > 28 && minutes <= 30, `put off by ${minutes} minutes`)
    assert.deepEqual(world.push.log.map(({ status, ack }) => [status, ack]), Array(3).fill([201, 100]))
  }))

test('what was on the wire, decrypted by another implementation, is this and no more', () =>
  world.run(async () => {
    const { origin, phone, push } = world
    for (const [index, text] of phone.heard.entries()) {
      const { data, navigate } = JSON.parse(text).notification
      const [title, body] = NEUTRAL.en
      assert.ok(typeof data.receipt_token === 'string' && data.receipt_token.length >= 20)
      assert.equal(navigate, `${origin}/app/r/${data.delivery_id}`)
      assert.deepEqual(JSON.parse(text), {
        web_push: 8030,
        notification: { title, body, lang: 'en', navigate, data: { delivery_id: data.delivery_id, receipt_token: data.receipt_token } },
      })
      const { headers, ttl } = push.log[index]
      assert.ok(ttl >= 60 && ttl <= 86_400, `TTL ${ttl}`)
      assert.deepEqual([headers['content-encoding'], headers.urgency], ['aes128gcm', 'normal'])
    }
    assert.equal(phone.heard.length, 3)
  }))

test('a push that cannot be read still shows the neutral text', () =>
  world.run(async () => {
    const unreadable = ['not json', '', '{"web_push":8030}', '[1]', '{"notification":{"title":7}}']
    const neutral = ({ title, body }) => String([title, body]) === String(NEUTRAL.en)
    // What was answered before may still be on its way out.
    const count = (wanted) => until(async () => (await world.notifications()).filter(neutral).length === wanted, `${wanted} neutral texts`)
    await count(0)
    for (const [index, data] of unreadable.entries()) {
      await world.phone.deliver(data)
      await count(index + 1)
    }
  }))

test('a subscription that is gone is dropped; the next start of the app makes a new one', () =>
  world.run(async () => {
    await world.agent.unsubscribe(world.phone.subscription.channelID)
    await world.staff.sendNow(client, (await theOccurrence('Dentist')).occurrence_id)
    await until(() => world.push.log.at(-1).status === 410, 'the push service to say 410')
    await until(async () => (await world.staff.reminders(client)).some(({ deliveries }) => deliveries.some(({ state }) => state === 'gone')), 'the delivery to be gone')
    world.phone.subscription = null
    const again = await world.phone.page()
    app = appOn(again, world.origin)
    await app.open()
    await until(() => world.phone.subscription, 'a new subscription')
    await until(registered, 'the server to know it')
    await again.close()
    await world.staff.sendNow(client, (await theOccurrence('Dentist')).occurrence_id)
    await until(() => world.push.log.at(-1).ack === 100, 'a reminder on the new one')
  }))

const registered = () =>
  world.front.requests.filter(({ method, path, status }) => method === 'POST' && path === '/v1/me/push-subscriptions' && status === 201).length === 2

test('a person who reads Spanish gets Spanish', () =>
  world.run(async () => {
    ;({ client, page, app } = await world.activated({ language: 'es' }))
    app.language = 'es'
    await app.turnOnReminders()
    await page.close()
    const { title, body, lang, actions } = await sendReminder('appointment', 'Dentista')
    assert.deepEqual([[title, body], lang], [NEUTRAL.es, 'es'])
    assert.deepEqual(actions, [['confirmed', 'Voy'], ['help', 'Necesito ayuda']])
  }))
