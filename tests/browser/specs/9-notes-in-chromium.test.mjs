// What staff wrote of a meeting, on the real server: it is told on Today, read under its headings, answered with own words
// that a lost answer does not double, and signed, by touch and by the keyboard alone. Nobody else finds it.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axeViolations } from '../harness/axe.mjs'
import { press, tabTo, tap, write } from '../harness/hands.mjs'
import { openPhoneWorld } from '../harness/phone.mjs'
import { until } from '../harness/wait.mjs'

let world

before(async () => {
  world = await openPhoneWorld('notes', { watch: true })
})
after(() => world?.close())

const TEXTS = {
  intervention: 'We read the housing letter together.',
  response: 'Robin said that it feels less hard this way.',
  plan: 'Robin calls on Monday.',
}

async function looksRight(page) {
  for (const value of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }, { name: 'prefers-reduced-motion', value: 'reduce' }])
    assert.deepEqual(await axeViolations(page), [], value)
  }
  assert.deepEqual(world.watch.found, [])
}

const button = (text) => `::-p-aria([name="${text}"][role="button"])`
const withNote = async () => {
  const opened = await world.activated()
  const other = await world.staff.otherPhone(opened.client)
  const { id } = await world.staff.signedNote(opened.client, other, TEXTS)
  world.step('a note is signed')
  return { ...opened, other, id }
}

test('a note is told on Today, read, answered and signed by touch', () =>
  world.run(async () => {
    const { page, app, id } = await withNote()
    await app.open()
    await app.sees('note_new')
    await looksRight(page)
    await tap(page, '[aria-labelledby="new-note"] a')
    for (const text of [...Object.values(TEXTS), 'Walk most mornings', 'Sam Rivera', 'note_kind_meeting', '45 minutes']) await app.sees(text)
    await looksRight(page)
    const fetched = world.front.requests.filter(({ path }) => path === `/v1/notes/${id}`)
    assert.ok(fetched.length <= 2, `fetched ${fetched.length} times`)

    await tap(page, button(app.say('note_words_write')))
    await write(page, '#note-words', 'My neighbor saw the letter first.')
    await tap(page, button(app.say('note_words_add')))
    await app.sees('note_words_added')
    await app.sees('note_your_words')
    const heard = await world.staff.note(id)
    assert.deepEqual(heard.addenda.map(({ kind, text }) => [kind, text]), [['client_words', 'My neighbor saw the letter first.']])

    await write(page, '#sign-name', 'Robin Ash')
    await tap(page, 'form input[type=checkbox]')
    await tap(page, button(app.say('care_plan_sign')))
    await app.sees('care_plan_thanks')
    await until(async () => !(await app.text()).includes(app.say('note_sign_title')), 'the form to be gone')
    const { signatures } = await world.staff.note(id)
    assert.deepEqual(signatures.at(-1).role, 'client')
    assert.equal(signatures.at(-1).name, 'Robin Ash')
    await looksRight(page)

    await app.open('/app/notes')
    await app.sees('note_signed')
    await looksRight(page)
    const asked = () => world.front.requests.filter(({ path, status }) => path === '/v1/me/notes?limit=1' && status === 200).length
    const before = asked()
    await app.open()
    await until(() => asked() > before, 'the newest note to be looked up')
    await app.sees('agenda_empty')
    assert.ok(!(await app.text()).includes(app.say('note_new')), 'what was read is not told again')
    await page.close()
  }))

test('words are kept when there is no network, and stand there once when an answer was lost; by keyboard', () =>
  world.run(async () => {
    const { page, app, id } = await withNote()
    await app.open('/app/notes')
    await app.sees('note_open')
    await press(page, `a[href="/app/notes/${id}"]`)
    await app.sees(TEXTS.plan)
    await press(page, 'article > button')
    await page.keyboard.type('I called on Sunday.')
    await world.phone.inCharge(page)
    await world.front.cut()
    await press(page, 'form button.primary')
    await app.sees('note_words_offline')
    await page.reload()
    await app.sees(TEXTS.plan)
    await page.waitForFunction(() => document.querySelector('#note-words')?.value === 'I called on Sunday.')
    await world.front.restore()

    const path = `/v1/notes/${id}/client-words`
    // A browser may send it again by itself.
    world.front.loseAnswers((entry) => entry.path === path)
    await press(page, 'form button.primary')
    await until(() => world.front.requests.some((entry) => entry.path === path && entry.lost), 'the answer to be lost')
    await app.sees('note_words_offline')
    world.front.loseAnswers(null)
    await press(page, 'form button.primary')
    await app.sees('note_words_added')
    const { addenda } = await world.staff.note(id)
    assert.deepEqual(addenda.map(({ text }) => text), ['I called on Sunday.'])

    await tabTo(page, '#sign-name')
    await page.keyboard.press('Enter')
    await app.sees('care_plan_needed')
    await page.keyboard.type('Robin Ash')
    await press(page, 'form input[type=checkbox]', 'Space')
    await press(page, 'form .button.primary')
    await app.sees('care_plan_thanks')
    await page.close()
  }))

test('what is taken back says so without a reload, and a note of somebody else is not there', () =>
  world.run(async () => {
    const { page, app, id } = await withNote()
    await app.open(`/app/notes/${id}`)
    await app.sees('note_sign_title')
    await until(() => world.front.requests.some((entry) => entry.path === '/v1/events' && entry.status === 200), 'the stream of news')
    await world.staff.voidNote(id, 'It had the wrong day')
    await app.sees('note_voided')
    await app.sees('It had the wrong day')
    assert.ok(!(await app.text()).includes(app.say('note_sign_title')))
    await looksRight(page)
    await page.close()

    const stranger = await world.activated()
    await stranger.app.open(`/app/notes/${id}`)
    await stranger.app.sees('note_missing_title')
    await stranger.app.open('/app/notes')
    await stranger.app.sees('notes_none')
    await looksRight(stranger.page)
    await stranger.page.close()
  }))
