// The whole way in a real Firefox: the app's own button subscribes, a due reminder is shown with the page closed,
// a click on the notification opens the very item, the answer and every time reach the staff, and one message was sent.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { join } from 'node:path'
import { appOn } from '../harness/app.mjs'
import { startDisplay } from '../harness/display.mjs'
import { launchFirefox } from '../harness/firefox.mjs'
import { clickNotification } from '../harness/notifications.mjs'
import { localTime, nextMinute } from '../harness/staff.mjs'
import { until } from '../harness/wait.mjs'
import { openWorld } from '../harness/world.mjs'

const MINUTE = 60_000
let world, display, firefox

before(async () => {
  world = await openWorld('firefox')
  display = await startDisplay()
  world.onClose(display.stop)
  world.picture = () => display.picture(join(world.logs, 'screen.png'))
  firefox = await launchFirefox({ push: world.push, display, profile: world.folder('firefox') })
  world.onClose(() => firefox.close())
  world.step(`launched ${await firefox.version()}`)
})
after(() => world?.close())

test('a due reminder reaches a closed page, once, and a click leads to the very item', () =>
  world.run(async () => {
    const { origin, push, staff, step } = world
    const client = await staff.client()
    const page = await firefox.newPage()
    const app = appOn(page, origin)
    await app.open()
    await app.activate(await staff.code(client))
    step('activated')
    await app.turnOnReminders()
    step('reminders turned on')

    const due = nextMinute(6)
    const title = 'Meet Sam at the library'
    await staff.item(client, {
      kind: 'appointment',
      title,
      starts_at_local: localTime(client.time_zone, due + 20 * MINUTE),
      duration_minutes: 30,
      reminders: [{ minutes_before: 20 }],
    })
    await staff.item(client, {
      kind: 'appointment',
      title: 'Another thing, later',
      starts_at_local: localTime(client.time_zone, due + 90 * MINUTE),
    })
    await page.close()
    step(`page closed; due at ${new Date(due).toISOString()}`)

    const shown = await until(async () => (await theReminder(staff, client)).shown_at, 'the receipt "shown"', { seconds: 100 })
    step(`shown at ${shown}`)
    const [sent] = push.log
    assert.equal(sent.ack, 100, 'Firefox decrypted it')
    assert.match(String(sent.vapid.sub), /^mailto:/)
    assert.ok(sent.at >= due && sent.at < due + 15_000, `sent ${sent.at - due} ms after due`)
    assert.ok(sent.ttl >= 60 && sent.ttl <= 86_400)
    assert.ok(sent.topic)
    assert.deepEqual(await notificationTexts(), [['You have a reminder', 'Open to see it']])

    await clickNotification(display)
    const open = async () => (await firefox.pages()).find((one) => one.url().includes('/app/r/'))
    const landed = await until(open, 'the page').catch(async (error) => {
      const { clicked_at } = await theReminder(staff, client)
      const urls = (await firefox.pages()).map((one) => one.url())
      throw new Error(`${error.message}; clicked at ${clicked_at}; pages: ${urls}`)
    })
    step(`the click opened ${new URL(landed.url()).pathname}`)
    const { deliveries } = await theReminder(staff, client)
    assert.equal(landed.url(), `${origin}/app/r/${deliveries[0].id}`)
    const opened = appOn(landed, origin)
    await opened.heading(title)
    assert.ok(!(await opened.text()).includes('Another thing'), 'only the very item')
    await opened.answer('confirmed')

    const done = await until(async () => {
      const reminder = await theReminder(staff, client)
      return reminder.answered_at && reminder
    }, 'the answer')
    const times = ['due_at', 'sent_at', 'shown_at', 'clicked_at', 'answered_at'].map((name) => done[name])
    assert.ok(times.every(Boolean), JSON.stringify(times))
    assert.deepEqual(times, [...times].sort(), 'in the order of events')
    assert.equal(done.state, 'sent')
    const occurrence = (await staff.agenda(client)).find((one) => one.title === title)
    assert.equal(occurrence.response.response, 'confirmed')
    assert.equal(push.log.length, 1, 'exactly one message was sent')
  }))

test('when the push service has forgotten the browser, the worker subscribes again by itself', () =>
  world.run(async () => {
    const { origin, push, staff, step, front } = world
    const client = await staff.client()
    const page = await firefox.newPage()
    const app = appOn(page, origin)
    await app.open('/app/settings')
    await app.signOut()
    await app.activate(await staff.code(client))
    await app.turnOnReminders()
    await page.close()
    const known = () => front.requests.filter(({ method, path, status }) =>
      method === 'POST' && path === '/v1/me/push-subscriptions' && status === 201).length
    const before = known()
    push.mailboxes.forget()
    await until(() => known() > before, 'the server to be told of a new subscription')
    step('subscribed again, with no page open')
    const starts_at_local = localTime(client.time_zone, Date.now() + 60 * MINUTE)
    await staff.item(client, { kind: 'appointment', title: 'Dentist', starts_at_local })
    const [occurrence] = await staff.agenda(client)
    await staff.sendNow(client, occurrence.occurrence_id)
    await until(async () => (await theReminder(staff, client)).shown_at, 'the receipt "shown"')
  }))

async function theReminder(staff, client) {
  const reminders = await staff.reminders(client)
  assert.equal(reminders.length, 1)
  return reminders[0]
}

/** What the notifications say, read by a page that is none of the app's. */
async function notificationTexts() {
  const page = await firefox.newPage()
  await page.goto(`${world.origin}/docs`)
  const texts = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration('/app/')
    return (await registration.getNotifications()).map(({ title, body }) => [title, body])
  })
  await page.close()
  return texts
}
