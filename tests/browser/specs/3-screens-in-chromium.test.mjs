// Every screen, in light and dark, in English and Spanish: nothing for axe to complain about.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { lookThrough } from '../harness/look.mjs'
import { openPhoneWorld } from '../harness/phone.mjs'
import { localTime } from '../harness/staff.mjs'

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
  'Version/18.0 Mobile/15E148 Safari/604.1'
const TITLE = 'Dentist on Elm Street'
let world

before(async () => {
  world = await openPhoneWorld('screens')
})
after(() => world?.close())

/** One thing of each kind: soon, later, tomorrow, over. */
async function plan(staff, client) {
  const at = (minutes) => localTime(client.time_zone, Date.now() + minutes * 60_000)
  const place = { location: 'Suite 204', notes: 'Bring the card.', duration_minutes: 30 }
  await staff.item(client, { kind: 'appointment', title: TITLE, starts_at_local: at(40), ...place })
  await staff.item(client, { kind: 'routine', title: 'Evening walk', starts_at_local: at(90), duration_minutes: 20 })
  await staff.item(client, { kind: 'meeting', title: 'Group', starts_at_local: at(24 * 60) })
  await staff.item(client, { kind: 'to_do', title: 'Call the library', starts_at_local: at(-30) })
  return (await staff.agenda(client)).find((one) => one.title === TITLE)
}

for (const language of ['en', 'es']) {
  test(`axe finds nothing on any screen, light and dark, ${language}`, () =>
    world.run(async () => {
      const { staff, front } = world
      const { client, page, app } = await world.welcome({ language })
      const { at, found } = lookThrough(app, world.step)
      const heading = (key) => app.heading(app.say(key))

      await at('welcome', async () => {
        if (language === 'es') await app.pressText(app.say('language_es'))
        app.language = language
        await heading('activate_title')
      })
      await at('a short code', () => app.type('ABC'))
      await at('a wrong code', async () => {
        await app.type('ZZZZ-ZZZZ')
        await app.sees('code_invalid')
      })
      await at('help before signing in', async () => {
        await app.follow('get_help_now')
        await heading('help_title')
      })
      await app.open()
      await app.activate(await staff.code(client))
      await at('today, nothing planned', () => heading('agenda_empty'))

      const occurrence = await plan(staff, client)
      const item = `/app/item/${encodeURIComponent(occurrence.occurrence_id)}`
      await at('today', async () => {
        await app.open()
        await app.sees(TITLE)
      })
      await at('today, reminders just turned on', app.turnOnReminders)
      await at('item', async () => {
        await app.open(item)
        await app.heading(TITLE)
      })
      await at('item, choosing when', async () => {
        await app.answer('snoozed')
        await app.sees('snooze_question')
      })
      await at('item, answered', async () => {
        await app.answer('confirmed')
        await app.sees('answer_saved')
      })
      await at('item, cancelled', async () => {
        await staff.cancel(occurrence)
        await app.open(item)
        await app.sees('cancelled_body')
      })
      await at('item, missing', async () => {
        await app.open('/app/item/01900000-0000-7000-8000-000000000000.20270101T1000')
        await heading('item_missing_title')
      })
      const pages = { reminders: 'reminders_title', settings: 'settings_title', help: 'help_title', nowhere: 'page_missing_title' }
      for (const [path, title] of Object.entries(pages)) {
        await at(path, async () => {
          await app.open(`/app/${path}`)
          await heading(title)
        })
      }
      await at('today, no network', async () => {
        await front.cut()
        await app.open()
        await app.sees('unreachable_banner')
      })
      await at('reminder, not on this phone, no network', async () => {
        await app.open('/app/r/01900000-0000-7000-8000-000000000000')
        await heading('item_offline_title')
      })
      await front.restore()
      await at('asking before signing out', async () => {
        await app.open('/app/settings')
        await app.press('sign_out')
        await app.sees('sign_out_question')
      })
      await at('signed out', app.signOut)
      await at('first steps on an iPhone', async () => {
        await page.setUserAgent({ userAgent: IPHONE })
        await app.open()
        await app.pressText(app.say(`language_${language}`))
        await heading('install_title')
      })
      await page.close()
      assert.deepEqual(found, [])
    }))
}

test('axe finds nothing when the server has ended the sign-in', () =>
  world.run(async () => {
    const { page, app } = await world.activated()
    const { at, found } = lookThrough(app, world.step)
    await at('ended', async () => {
      await page.deleteCookie(...(await page.cookies()))
      await app.open()
      await app.heading(app.say('ended_title'))
    })
    assert.deepEqual(found, [])
    // And axe is awake: a picture without a text is noticed.
    await page.evaluate(() => document.querySelector('h1').after(new Image()))
    await at('a planted fault', async () => {})
    assert.match(found.join(), /image-alt/)
    await page.close()
  }))
