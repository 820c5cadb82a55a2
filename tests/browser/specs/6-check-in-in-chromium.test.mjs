// A check-in on the real server: four taps and no typing; three of them without a network, through a restart of the app,
// are three rows; the keyboard alone can do it; a word that one is not safe brings help without asking anyone.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { appOn } from '../harness/app.mjs'
import { axeViolations } from '../harness/axe.mjs'
import { press as pressKey, tap, write as type } from '../harness/hands.mjs'
import { openPhoneWorld } from '../harness/phone.mjs'
import { sleep, until } from '../harness/wait.mjs'

let world

before(async () => {
  world = await openPhoneWorld('check-in', { watch: true })
})
after(() => world?.close())

/** A phone on which a check-in is planned; `times` plans as many, at different hours. */
async function phoneWithCheckIn(times = 1, options = {}) {
  const opened = await world.welcome(options)
  const { client, app, page } = opened
  for (let nth = 0; nth < times; nth += 1) await world.staff.planCheckIn(client, `${String(10 + nth)}:00`)
  await app.activate(await world.staff.code(client))
  await page.waitForSelector('.faces button')
  await world.phone.inCharge(page)
  return opened
}

/** Counts what a finger does, and how much is typed. */
async function countTaps(page) {
  await page.evaluate(() => {
    globalThis.__hands = { taps: 0, keys: 0 }
    addEventListener('click', (event) => event.isTrusted && (globalThis.__hands.taps += 1), true)
    addEventListener('keydown', () => (globalThis.__hands.keys += 1), true)
  })
  return () => page.evaluate(() => globalThis.__hands)
}

/** Goes on until this question is on the screen; returns where its buttons are. */
async function reach(page, item, press = (selector) => tap(page, selector)) {
  await page.waitForSelector('.asking')
  const buttons = `[aria-labelledby="q-${item}"] button`
  const there = () => page.$(buttons)
  for (let step = 0; step < 9 && !(await there()); step += 1) {
    // What one tap answers goes on by itself.
    await until(there, item, { seconds: 0.4 }).catch(async () => press((await page.$('.asking .skip')) ? '.asking .skip' : '.asking .button.primary'))
  }
  return buttons
}

test('a check-in is four taps and no typing, and the server has it', () =>
  world.run(async () => {
    const { client, page, app } = await phoneWithCheckIn()
    const hands = await countTaps(page)
    const begun = Date.now()
    await tap(page, '.faces button:nth-of-type(4)')
    await tap(page, `${await reach(page, 'craving')}:nth-of-type(3)`)
    await tap(page, `${await reach(page, 'safe')}:nth-of-type(1)`)
    await tap(page, '.enough')
    await app.sees('check_in_saved')
    const { taps, keys } = await hands()
    assert.ok(taps <= 4, `${taps} taps`)
    assert.equal(keys, 0)
    world.step(`${taps} taps, ${Date.now() - begun} ms`)
    const [row, ...more] = await world.staff.checkIns(client)
    assert.deepEqual(more, [])
    assert.deepEqual(row.answers, { mood: 7, craving: 2, safe: true })
    await page.close()
  }))

test('the keyboard alone is enough', () =>
  world.run(async () => {
    const { client, page, app } = await phoneWithCheckIn()
    const press = (selector) => pressKey(page, selector)
    await press('.faces button:nth-of-type(2)')
    await press(`${await reach(page, 'craving', press)}:nth-of-type(8)`)
    await press(`${await reach(page, 'safe', press)}:nth-of-type(1)`)
    await press('.enough')
    await app.sees('check_in_saved')
    assert.equal((await world.staff.checkIns(client)).length, 1)
    await page.close()
  }))

test('three check-ins without a network, and a restart, are exactly three rows', () =>
  world.run(async () => {
    const { client, page, app } = await phoneWithCheckIn(3)
    const ids = (await world.staff.schedules(client)).map(({ id }) => id)
    assert.equal(ids.length, 3)
    await world.front.cut()
    await page.setOfflineMode(true)
    for (const [nth, id] of ids.entries()) {
      await app.open(`/app/check-in/${id}`)
      await tap(page, `.faces button:nth-of-type(${nth + 2})`)
      await tap(page, '.enough')
      await app.sees('check_in_queued')
    }
    await app.open('/app/waiting')
    await app.sees('waiting_check_in')
    assert.equal(await page.$$eval('main li', (all) => all.length), 3)
    await page.close() // the app is closed, and opened again without a network
    const again = await world.phone.page()
    await again.setOfflineMode(true)
    await again.goto(`${world.origin}/app/waiting`)
    await until(async () => (await again.$$eval('main li', (all) => all.length)) === 3, 'three that wait')
    assert.equal((await world.staff.checkIns(client)).length, 0)
    await world.front.restore()
    await again.setOfflineMode(false)
    await until(async () => (await world.staff.checkIns(client)).length === 3, 'three rows')
    await again.reload()
    await sleep(2000)
    const rows = await world.staff.checkIns(client)
    assert.equal(rows.length, 3)
    assert.deepEqual(rows.map(({ answers }) => answers.mood).sort(), [3, 5, 7])
    assert.equal(await again.$$eval('main li', (all) => all.length), 0)
    await again.close()
  }))

test('who is not safe sees help at once, with no network at all', () =>
  world.run(async () => {
    const { page, app } = await phoneWithCheckIn()
    await world.front.cut()
    await page.setOfflineMode(true)
    const before = world.front.requests.length
    await tap(page, '.faces button:nth-of-type(1)')
    await tap(page, `${await reach(page, 'safe')}:nth-of-type(2)`)
    await app.heading(app.say('crisis_title'))
    const links = await page.$$eval('main a', (all) => all.map(({ href }) => href))
    for (const wanted of ['tel:988', 'sms:988', 'tel:911']) assert.ok(links.includes(wanted), wanted)
    assert.equal(world.front.requests.length, before)
    await world.front.restore()
    await page.setOfflineMode(false)
    await page.close()
  }))

/** A phone with a form that has room for words; opens it. */
async function phoneForWords() {
  const opened = await world.welcome()
  const { client, app, page } = opened
  const { id } = await world.staff.planWords(client, '10:00')
  await app.activate(await world.staff.code(client))
  await page.waitForSelector('.faces button')
  await world.phone.inCharge(page)
  const write = async (text) => {
    await app.open(`/app/check-in/${id}`)
    await tap(page, '.asking .skip')
    await type(page, '#in-words', text)
    await app.press('check_in_send')
  }
  return { ...opened, write }
}

const crisisLinks = (page) => page.$$eval('section[aria-labelledby=crisis-title] a', (all) => all.map(({ href }) => href))

test('words that worry bring help to the same screen; a quiet word does not', () =>
  world.run(async () => {
    const { client, page, app, write } = await phoneForWords()
    await write('A quiet day, I fed the cat')
    await app.sees('check_in_saved')
    await app.heading(app.say('check_in_thanks'))
    assert.deepEqual(await crisisLinks(page), [])

    const other = await phoneForWords()
    await other.write('Some days I want to die')
    await other.app.heading(app.say('thanks_for_telling'))
    await other.app.heading(app.say('crisis_title'))
    await other.app.sees('crisis_words')
    const links = await crisisLinks(other.page)
    for (const wanted of ['tel:988', 'sms:988', 'tel:911']) assert.ok(links.includes(wanted), `${wanted} in ${links}`)
    const [row] = await world.staff.checkIns(other.client)
    assert.deepEqual([row.answers.words, row.safety.triggered], ['Some days I want to die', true])
    assert.equal((await world.staff.checkIns(client)).length, 1)
    assert.deepEqual(await axeViolations(other.page), [])
    await other.app.follow('back_to_today')
    await other.app.sees('checked_in_today')
    assert.deepEqual(await crisisLinks(other.page), [], 'seen is seen')
    await other.page.close()
  }))

test('words given without a network bring help when the server has read them, even if the worker sent them', () =>
  world.run(async () => {
    const { client, page, app, write } = await phoneForWords()
    await world.front.cut()
    await page.setOfflineMode(true)
    await write('I want to die')
    await app.sees('check_in_queued')
    await app.sees('words_not_read')
    await app.follow('get_help_now')
    await app.heading(app.say('help_title'))
    await page.close()
    await world.front.restore()
    const again = await world.phone.page()
    const after = appOn(again, world.origin)
    await after.open()
    await until(async () => (await world.staff.checkIns(client)).length === 1, 'the words to arrive')
    await after.heading(app.say('crisis_title'))
    assert.deepEqual(await axeViolations(again), [])
    await again.reload()
    await after.heading(app.say('crisis_title'))
    await after.press('close')
    await until(async () => (await crisisLinks(again)).length === 0, 'the card to be put away')
    await after.open()
    await again.waitForSelector('.faces button, .today section')
    assert.deepEqual(await crisisLinks(again), [])
    await again.close()
  }))

test('a sign-in that ends in the middle of a form loses no answer', () =>
  world.run(async () => {
    const { client, page, app } = await phoneWithCheckIn()
    await tap(page, '.faces button:nth-of-type(5)')
    await tap(page, `${await reach(page, 'craving')}:nth-of-type(5)`)
    const path = await page.evaluate(() => location.pathname)
    await page.deleteCookie(...(await page.cookies()))
    await page.reload()
    await app.heading(app.say('ended_title'))
    await app.type(await world.staff.code(client))
    await page.waitForSelector('.asking')
    assert.equal(await page.evaluate(() => location.pathname), path)
    await tap(page, `${await reach(page, 'safe')}:nth-of-type(1)`)
    await tap(page, '.enough')
    await app.sees('check_in_saved')
    const [row] = await world.staff.checkIns(client)
    assert.deepEqual(row.answers, { mood: 9, craving: 4, safe: true })
    assert.deepEqual(world.watch.found, [])
    await page.close()
  }))
