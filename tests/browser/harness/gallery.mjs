// Every screen of the app in a row, on the stand-in: how to get there, and a phone whose clock stands still.
import { launchChromium } from './chromium.mjs'
import { CLIENT, DAILY, NOW } from './stand-in-data.mjs'
import { startStandIn } from './stand-in.mjs'
import { PATIENCE, sleep } from './wait.mjs'
import { watchBrowser } from './watch.mjs'
import { words } from './app.mjs'

const id = (number) => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`

/** Name -> what is done after opening the path. `state` is the stand-in's. */
export const SCREENS = {
  activate: { path: '/', signedOut: true },
  'activate-wrong': { path: '/', signedOut: true, act: async ({ type, press }) => { await type('#code', 'abc'); await press('activate_submit') } },
  install: { path: '/', signedOut: true, iphone: true },
  today: { path: '/' },
  'today-done': { path: '/', before: (state) => state.check_ins.unshift({ ...state.check_ins[0], id: id(299), local_date: '2026-11-21', answers: { mood: 7 } }) },
  'today-empty': { path: '/', before: (state) => Object.assign(state, { agenda: [], goals: [], proposals: [], schedules: [], check_ins: [] }) },
  'today-demo': { path: '/', before: (state) => Object.assign(state, { demo: true }) },
  'today-offline': { path: '/', offline: true },
  'check-in-urge': { path: `/check-in/${DAILY}`, act: async ({ tap }) => tap('.faces button:nth-of-type(3)') },
  'check-in-unsafe': { path: `/check-in/${DAILY}`, act: async ({ tap, press, seen }) => {
    await tap('.faces button:nth-of-type(2)')
    for (let step = 0; step < 4 && !(await seen('#q-safe')); step += 1) await (await seen('.asking .skip') ? tap('.asking .skip') : press('next'))
    await tap('[aria-labelledby="q-safe"] button:nth-of-type(2)')
  } },
  'check-in-done': { path: `/check-in/${DAILY}`, act: async ({ tap, press }) => {
    await tap('.faces button:nth-of-type(4)')
    await tap('.enough')
  } },
  'form-phq9': { path: `/check-in/${id(22)}` },
  forms: { path: '/forms' },
  progress: { path: '/progress' },
  'progress-table': { path: '/progress', act: ({ tap }) => tap('summary') },
  'progress-empty': { path: '/progress', before: (state) => Object.assign(state, { check_ins: [], progress: { series: [], goals: [], days_shown_up: 0 } }) },
  goals: { path: '/goals' },
  'goals-empty': { path: '/goals', before: (state) => Object.assign(state, { goals: [], proposals: [] }) },
  goal: { path: `/goals/${id(60)}` },
  'goal-counted': { path: `/goals/${id(65)}` },
  'goal-new': { path: '/goals/new' },
  'goal-new-counted': { path: '/goals/new', act: ({ tap }) => tap('summary') },
  agenda: { path: '/agenda' },
  'item-new': { path: '/agenda/new' },
  item: { path: '/r/d1' },
  'item-later': { path: '/r/d1', act: ({ press }) => press('answer_later') },
  'item-help': { path: '/r/d1', act: ({ press }) => press('answer_help') },
  'item-missing': { path: '/r/nobody' },
  'plan-safety': { path: '/plan/safety' },
  'plan-wellness': { path: '/plan' },
  'care-plan': { path: '/care-plan' },
  notes: { path: '/notes' },
  'notes-empty': { path: '/notes', before: (state) => Object.assign(state, { notes: [] }) },
  note: { path: `/notes/${id(400)}` },
  'note-words': { path: `/notes/${id(400)}`, act: async ({ press }) => { await press('note_words_write'); await press('note_words_add') } },
  'note-group': { path: `/notes/${id(401)}` },
  'note-voided': { path: `/notes/${id(402)}` },
  'note-missing': { path: `/notes/${id(499)}` },
  'today-note': { path: '/', before: (state) => state.notes.splice(0, 1, { ...state.notes[0], addenda: [] }) },
  'care-plan-empty': { path: '/care-plan', before: (state) => Object.assign(state, { care_plans: [] }) },
  me: { path: '/me' },
  settings: { path: '/settings' },
  'sign-out': { path: '/settings', act: ({ press }) => press('sign_out') },
  privacy: { path: '/privacy' },
  waiting: { path: '/r/d1', offlineAct: async ({ open, press }) => { await open('/r/d1'); await press('answer_going'); await open('/waiting') } },
  help: { path: '/help' },
  'help-asked': { path: '/help', before: (state) => state.help_requests.push(state.help_request(id(96))) },
  'help-signed-out': { path: '/help', signedOut: true },
  'not-here': { path: '/nowhere' },
  ended: { path: '/', ends: true },
}

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'

export async function openGallery({ profile, width: usualWidth = 360, height = 740, scale = 1, env }) {
  const browser = await launchChromium({ profile, env })
  const idle = []
  const newPhone = async () => {
    const context = await browser.createBrowserContext()
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE * 1000)
    const phone = { context, page, origin: null, agent: await browser.userAgent() }
    phone.watch = watchBrowser(context, () => phone.origin)
    await phone.watch.page(page)
    await page.emulateTimezone('America/New_York')
    // On a machine without a network the browser would call the phone offline.
    await page.emulateNetworkConditions({ download: 1e9, upload: 1e9, latency: 0 })
    return phone
  }
  return {
    browser,
    close: () => browser.close(),
    /**
     * Shows one screen and calls `look(page)` while it is open. Each has an address, and so a storage, of its own; a
     * page that has no worker is used again, because a new one costs more time than the screen.
     */
    async show(name, { language, theme, text = 'normal', width = usualWidth, before = null }, look) {
      const screen = SCREENS[name]
      const needsWorker = !!(screen.offline || screen.offlineAct)
      const standIn = await startStandIn(language)
      const phone = (!needsWorker && idle.pop()) || (await newPhone())
      const { page, watch } = phone
      phone.origin = standIn.origin
      watch.found.length = 0
      let script = null
      try {
        Object.assign(standIn.state, { signedIn: !screen.signedOut, worker: needsWorker })
        screen.before?.(standIn.state)
        before?.(standIn.state)
        await page.setUserAgent({ userAgent: screen.iphone ? IPHONE : phone.agent })
        await page.setViewport({ width, height, isMobile: true, hasTouch: true, deviceScaleFactor: scale })
        await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }, { name: 'prefers-reduced-motion', value: 'reduce' }])
        script = await page.evaluateOnNewDocument(stopClock, NOW, language, text)
        const open = async (path) => {
          await page.goto(`${standIn.origin}/app${path}`)
          await page.waitForSelector('h1')
          await settle(page)
        }
        const say = (key) => words[language][key]
        const hands = {
          page, open,
          tap: async (selector) => { await page.waitForSelector(selector); await page.$eval(selector, (element) => element.click()); await settle(page) },
          press: async (key) => { await page.locator(`::-p-aria([name="${say(key)}"][role="button"])`).setTimeout(PATIENCE * 1000).click(); await settle(page) },
          type: (selector, text) => page.locator(selector).fill(text),
          seen: async (selector) => (await page.$(selector)) !== null,
        }
        await open(screen.path)
        if (screen.ends) { await sleep(300); standIn.state.signedIn = false; await open(screen.path); await sleep(300) }
        if (needsWorker) {
          await page.waitForFunction(() => navigator.serviceWorker.controller)
          await sleep(500)
          await page.setOfflineMode(true)
          standIn.state.down = true
          if (screen.offlineAct) await screen.offlineAct(hands)
          else await open(screen.path)
          await settle(page)
        }
        await screen.act?.(hands)
        return await look(page, { standIn, watch })
      } finally {
        if (needsWorker || !script) {
          await phone.context.close()
        } else {
          await page.removeScriptToEvaluateOnNewDocument(script.identifier)
          await page.goto('about:blank')
          idle.push(phone)
        }
        standIn.stop()
      }
    },
  }
}

const settle = async (page) => {
  await page.waitForNetworkIdle({ idleTime: 60, timeout: 3000 }).catch(() => {})
  await sleep(60)
}

/** Runs in the page before its scripts: time stands still, and the app speaks and shows as asked. */
function stopClock(now, language, text) {
  const Real = Date
  globalThis.Date = class extends Real {
    constructor(...parts) {
      super(...(parts.length ? parts : [now]))
    }
    static now() {
      return now
    }
  }
  Object.defineProperty(Notification, 'permission', { get: () => 'default' })
  localStorage.setItem('cairn-language', language)
  localStorage.setItem('cairn-look', JSON.stringify({ text }))
}

export { CLIENT }
