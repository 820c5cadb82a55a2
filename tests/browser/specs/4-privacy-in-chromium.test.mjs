// What a shared phone may show: nothing of a person after signing out, a strict policy, no word to anyone else.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { leftBehind } from '../harness/leftovers.mjs'
import { openPhoneWorld } from '../harness/phone.mjs'
import { localTime } from '../harness/staff.mjs'
import { sleep, until } from '../harness/wait.mjs'

const POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
const NAME = 'Robin'
const TITLE = 'Dentist on Elm Street'
let world

before(async () => {
  world = await openPhoneWorld('privacy', { watch: true })
})
after(() => world?.close())

/** A signed-in phone that shows, and keeps, one personal thing. */
async function phoneWithPlans() {
  const { client, page, app } = await world.activated({ preferred_name: NAME })
  const starts_at_local = localTime(client.time_zone, Date.now() + 3_600_000)
  await world.staff.item(client, { kind: 'meeting', title: TITLE, starts_at_local })
  await app.open()
  await app.heading(TITLE)
  const kept = () => leftBehind(page)
  await until(async () => JSON.stringify(await kept()).includes(TITLE), 'the agenda to be kept on the phone')
  return { page, app, kept }
}

test('signing out leaves nothing of the person on the phone', () =>
  world.run(async () => {
    const { page, app, kept } = await phoneWithPlans()
    await app.turnOnReminders()
    assert.equal((await kept()).cookies, '', 'the sign-in is out of reach of scripts')
    await app.signOut()

    const left = await kept()
    assert.deepEqual(left.databases.flatMap(({ stores }) => stores.filter(({ rows }) => rows.length > 0)), [])
    assert.deepEqual([left.local, left.session, left.cookies, left.notifications], [{}, {}, '', 0])
    assert.deepEqual(left.caches.filter((path) => !path.startsWith('/app/')), [], 'only the app itself is cached')
    assert.deepEqual(await page.cookies(), [], 'the cookie is gone')
    assert.equal(world.phone.subscription, null, 'the browser is no longer subscribed')
    await page.goBack()
    await app.heading(app.say('activate_title'))
    assert.ok(!(await app.text()).includes(TITLE), '"back" shows nothing')
    await page.close()
  }))

test('plans that are still on their way when the person signs out are not kept either', () =>
  world.run(async () => {
    const { page, app, kept } = await phoneWithPlans()
    world.front.hold(({ path }) => path.includes('/agenda'), 3000)
    await app.open('/app/settings')
    await app.signOut()
    await sleep(4000)
    world.front.hold(null)
    assert.ok(!JSON.stringify(await kept()).includes(TITLE), 'the plans are kept on a phone that is signed out')
    assert.ok(!(await app.text()).includes(TITLE))
    await page.close()
  }))

test('when the server has ended the sign-in nothing can be read', () =>
  world.run(async () => {
    const { page, app, kept } = await phoneWithPlans()
    await page.deleteCookie(...(await page.cookies()))
    await app.open()
    await app.heading(app.say('ended_title'))
    await until(async () => !JSON.stringify(await kept()).includes(TITLE), 'the plans to be gone')
    assert.ok(!JSON.stringify(await kept()).includes(NAME))
    await page.close()
  }))

test('the policy is strict, never broken, and nobody else is asked for anything', () =>
  world.run(async () => {
    const { page, app } = await phoneWithPlans()
    for (const path of ['settings', 'reminders', 'help', 'nowhere']) {
      await app.open(`/app/${path}`)
      await sleep(700) // for what it asks on its own
    }
    const { requests } = world.front
    const documents = requests.filter(({ headers }) => /text\/html/.test(headers?.['content-type']))
    assert.ok(documents.length >= 2)
    for (const { path, headers } of documents) assert.equal(headers['content-security-policy'], POLICY, path)
    for (const { path, headers } of requests.filter(({ path, headers }) => path.startsWith('/v1/') && headers)) {
      assert.match(headers['cache-control'] ?? '', /no-store/, path)
    }
    for (const { path } of requests) assert.ok(!path.includes(NAME), `a name in ${path}`)
    assert.deepEqual(world.watch.found, [])
    await page.close()
  }))

test('that watch is awake: it notices a forbidden style and a forbidden request', () =>
  world.run(async () => {
    const { page } = await world.welcome()
    await page.evaluate(() => {
      document.body.setAttribute('style', 'color: red')
      return fetch('http://127.0.0.1:9/').catch(() => {})
    })
    for (const part of ['style-src', 'connect-src']) {
      await until(() => world.watch.found.some((text) => text.includes(part)), `${part} to be noticed`)
    }
    await page.close()
  }))
