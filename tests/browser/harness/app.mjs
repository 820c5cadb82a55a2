// The phone app as a person meets it: everything by role and accessible name, and only here.
// The words come from the app's own catalogs, so that the same steps work in both languages.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './paths.mjs'
import { PATIENCE, until } from './wait.mjs'

const catalog = (language) =>
  JSON.parse(readFileSync(join(repository, 'web/packages/i18n/messages', `${language}.json`), 'utf8'))
export const words = { en: catalog('en'), es: catalog('es') }

/** The words of the five answers to an appointment. */
const ANSWERS = {
  confirmed: 'answer_going',
  declined: 'answer_not_going',
  done: 'answer_done',
  snoozed: 'answer_later',
  help: 'answer_help',
}

/** `language` is the one that the app speaks now; it may be changed. */
export function appOn(page, origin, language = 'en') {
  const locate = (selector) => page.locator(selector).setTimeout(PATIENCE * 1000)
  /** Does one thing with the element of this role and name, once it is there and at rest. */
  const to = async (act, role, name, within = '') => {
    const where = `${within} ::-p-aria([name="${name}"][role="${role}"])`.trim()
    await act(locate(where)).catch((error) => {
      throw new Error(`${role} "${name}": ${error.message}`)
    })
  }
  const click = (role, name, within) => to((element) => element.click(), role, name, within)
  const app = {
    page,
    language,
    say: (key) => words[app.language][key],
    open: (path = '/app/') => page.goto(origin + path),
    press: (key) => click('button', app.say(key)),
    pressText: (text) => click('button', text),
    follow: (key) => click('link', app.say(key)),
    heading: (text) => to((element) => element.wait(), 'heading', text),
    text: () => page.evaluate(() => document.querySelector('#app').innerText),
    /** Waits until the page shows this text of the catalog, or this very text. */
    sees: (key) => {
      const text = app.say(key) ?? key
      return until(async () => (await app.text()).includes(text), `the text "${text}"`)
    },
    async type(code) {
      await to((field) => field.fill(code), 'textbox', app.say('activate_code_label'))
      await app.press('activate_submit')
    },
    /** From the first screen to the agenda. */
    async activate(code) {
      await app.type(code)
      await locate('nav').wait()
    },
    async turnOnReminders() {
      await app.open('/app/settings')
      await app.press('reminders_turn_on')
      await app.sees('reminders_on')
    },
    answer: (response) => app.press(ANSWERS[response]),
    async signOut() {
      await app.open('/app/settings')
      await app.press('sign_out')
      await click('button', app.say('sign_out'), 'dialog')
      await app.sees('signed_out_done')
    },
  }
  return app
}
