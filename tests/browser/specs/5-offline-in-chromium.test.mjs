// No network: the agenda and the help page open, and an answer given then arrives exactly once.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { clickAction, noNotification } from '../harness/notifications.mjs'
import { openPhoneWorld } from '../harness/phone.mjs'
import { localTime } from '../harness/staff.mjs'
import { sleep, until } from '../harness/wait.mjs'

const TITLE = 'Meet Sam at the library'
let world

before(async () => {
  world = await openPhoneWorld('offline', { screen: true })
})
after(() => world?.close())

async function phoneWithPlans() {
  const { client, page, app } = await world.activated()
  const starts_at_local = localTime(client.time_zone, Date.now() + 3_600_000)
  await world.staff.item(client, { kind: 'appointment', title: TITLE, starts_at_local })
  const occurrence = await theOccurrence(client)
  await app.open()
  await app.sees(TITLE)
  await world.phone.inCharge(page)
  return { client, page, app, occurrence, item: `/app/item/${encodeURIComponent(occurrence.occurrence_id)}` }
}

const theOccurrence = async (client) => (await world.staff.agenda(client)).find(({ title }) => title === TITLE)
const answered = (client, wanted) =>
  until(async () => (await theOccurrence(client)).response?.response === wanted, `"${wanted}" to arrive`)
/** The answers that reached the server about this occurrence. */
const arrivals = ({ occurrence_id }) =>
  world.front.requests.filter(({ method, path, status }) =>
    method === 'POST' && status && decodeURIComponent(path) === `/v1/occurrences/${occurrence_id}/responses`)

const goOffline = async (page) => {
  await world.front.cut()
  await page.setOfflineMode(true)
  world.step('no network')
}
const goOnline = async (page) => {
  await world.front.restore()
  await page.setOfflineMode(false)
  world.step('network is back')
}

test('a page whose own answer is on its way when the worker starts is taken over too', () =>
  world.run(async () => {
    const { client, page, app } = await world.welcome()
    world.front.hold(({ path }) => path === '/app/', 5_000)
    await app.open()
    world.front.hold(null)
    await world.phone.inCharge(page)
    await app.activate(await world.staff.code(client))
    await goOffline(page)
    await page.reload()
    await app.sees('offline_banner')
    await goOnline(page)
    await page.close()
  }))

test('a worker that could not be fetched whole is fetched again when there is a network', () =>
  world.run(async () => {
    world.front.loseAnswers(({ path }) => path.startsWith('/app/index.html'))
    const { page } = await world.welcome()
    const registered = () => page.evaluate(async () => !!(await navigator.serviceWorker.getRegistration('/app/')))
    await until(async () => world.front.requests.some(({ lost }) => lost) && !(await registered()), 'the worker to be given up')
    world.front.loseAnswers(null)
    await page.setOfflineMode(true)
    await page.setOfflineMode(false)
    await world.phone.inCharge(page)
    await page.close()
  }))

test('after the first visit, agenda, item and help open without a network', () =>
  world.run(async () => {
    const { page, app, item } = await phoneWithPlans()
    await goOffline(page)
    await page.reload()
    await app.sees(TITLE)
    for (const path of ['/app/', item]) {
      await app.open(path)
      await app.sees(TITLE)
    }
    await app.sees('offline_banner')
    await app.open('/app/help')
    await app.heading(app.say('help_title'))
    const links = await page.$$eval('main a', (all) => all.map(({ href }) => href))
    assert.ok(links.includes('tel:988') && links.some((href) => href.startsWith('sms:988')), links.join(' '))
    await goOnline(page)
    await page.close()
  }))

test('the agenda opens without a network from the address that its own tab leads to', () =>
  world.run(async () => {
    const { page, app } = await phoneWithPlans()
    await app.follow('nav_me')
    await app.heading('Robin')
    await app.follow('nav_today')
    await app.sees(TITLE)
    await goOffline(page)
    await page.reload().catch((error) => assert.fail(`${page.url()}: ${error.message}`))
    await app.sees(TITLE)
    await goOnline(page)
    await page.close()
  }))

test('an answer given offline survives a restart of the app and arrives exactly once', () =>
  world.run(async () => {
    const { client, page, app, occurrence, item } = await phoneWithPlans()
    await app.open(item)
    await app.heading(TITLE)
    await goOffline(page)
    await app.answer('confirmed')
    await app.sees('answer_queued')
    await app.open(item)
    await app.sees('answer_waiting')
    assert.equal(arrivals(occurrence).length, 0)
    await goOnline(page)
    await answered(client, 'confirmed')
    await until(async () => !(await app.text()).includes(app.say('answer_waiting')), 'the app to know')
    await app.open()
    await sleep(1500) // time for a second one, if there were any
    assert.equal(arrivals(occurrence).length, 1)
    await page.close()
  }))

test('when the server has heard but its word is lost, the phone asks again as the same answer', () =>
  world.run(async () => {
    const { client, page, app, occurrence, item } = await phoneWithPlans()
    await app.open(item)
    await app.heading(TITLE)
    world.front.loseAnswer(({ method, path }) => method === 'POST' && path.endsWith('/responses'))
    await app.answer('help')
    await answered(client, 'help')
    await app.open(item)
    const twice = await until(() => arrivals(occurrence).length > 1 && arrivals(occurrence), 'the second try')
    await until(async () => !(await app.text()).includes(app.say('answer_waiting')), 'the app to know')
    assert.deepEqual(twice.map(({ status, lost }) => [status, !!lost]), [[200, true], [200, false]])
    assert.ok(twice[0].idempotency_key)
    assert.equal(twice[0].idempotency_key, twice[1].idempotency_key)
    await page.close()
  }))

test('an answer from the notification, without a network, is kept and arrives exactly once', () =>
  world.run(async () => {
    const { client, page, app, occurrence } = await phoneWithPlans()
    await app.turnOnReminders()
    await page.close()
    await world.staff.sendNow(client, occurrence.occurrence_id)
    const [{ actions }] = await world.notified()
    await world.front.cut()
    const [any] = await world.browser.pages()
    await clickAction(world.display, any, actions.map(([, label]) => label), 0)
    await until(async () => (await world.notifications()).some(({ title }) => title === app.say('push_kept_title')), 'the word that it is kept')
    assert.equal(arrivals(occurrence).length, 0)
    await world.front.restore()
    const again = await world.phone.page()
    await again.goto(`${world.origin}/app/`)
    await answered(client, 'confirmed')
    await sleep(1500)
    assert.equal(arrivals(occurrence).length, 1)
    await again.close()
  }))
