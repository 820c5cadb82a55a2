// Chromium, its push client replaced by one in Node (its own cannot be reached offline), and eyes on what it does.
import puppeteer from 'puppeteer-core'
import { killGroup, whenLeaving } from './leave.mjs'
import { PATIENCE, until } from './wait.mjs'

const QUIET = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--disable-quic', '--disable-gpu', '--disable-default-apps', '--disable-domain-reliability']

/** With a `display` Chromium draws its own notifications there, so that they can be clicked. */
export async function launchChromium({ profile, display = null, env = process.env }) {
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM_BIN ?? '/usr/bin/chromium',
    headless: !display,
    userDataDir: profile,
    env: { ...(display?.env ?? env), HOME: profile },
    args: [...QUIET, ...root, '--disable-features=SystemNotifications', '--window-size=500,780', '--lang=en-US'],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    timeout: 60_000,
    protocolTimeout: 120_000,
  })
  whenLeaving(killGroup(browser.process()))
  return browser
}

/** A phone: 360 x 740, touch. `agent` is a user agent of harness/user-agent.mjs. */
export async function openPhone(browser, { origin, agent, watch = null }) {
  await browser.defaultBrowserContext().overridePermissions(origin, ['notifications'])
  const keeper = await browser.newPage() // stays open on about:blank, so that the app's pages can all be closed
  const session = await keeper.createCDPSession()
  const registrations = new Map()
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: all }) => {
    for (const one of all) {
      if (!one.isDeleted) registrations.set(one.scopeURL, one)
      else if (registrations.get(one.scopeURL)?.registrationId === one.registrationId) registrations.delete(one.scopeURL)
    }
  })
  const versions = new Map()
  session.on('ServiceWorker.workerVersionUpdated', ({ versions: all }) => all.forEach((one) => versions.set(one.versionId, one)))
  await session.send('ServiceWorker.enable')
  const ofOrigin = () => [...registrations.values()].filter(({ scopeURL }) => scopeURL.startsWith(origin))
  const phone = {
    subscription: null,
    heard: [], // the decrypted messages
    /** Hands a decrypted message to the app's service worker, as the browser's push client would. */
    async deliver(data) {
      const registration = await until(() => registrations.get(`${origin}/app/`), 'the service worker')
      const { registrationId } = registration
      await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data })
    },
    /** A phone fresh from the shop: no cookies, storage, caches or workers of this origin. */
    async forget() {
      phone.subscription = null
      await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' })
      await until(() => ofOrigin().length === 0, 'the old worker to be gone', { tell: phone.workers })
    },
    /** What became of the workers, for the message of a failure. */
    workers() {
      const known = ofOrigin().map(({ registrationId }) => registrationId)
      const told = [...versions.values()]
        .filter(({ scriptURL }) => scriptURL.startsWith(origin))
        .map(({ versionId, registrationId, status, runningStatus, controlledClients = [] }) =>
          `${versionId} of ${registrationId}: ${status}, ${runningStatus}, in charge of ${controlledClients.length}`)
      return `registrations: ${known.join(' ') || 'none'}; workers: ${told.join('; ') || 'none'}`
    },
    /** Waits until the worker is in charge of this page: from then on it opens without a network. */
    inCharge: (page) =>
      until(() => page.evaluate(() => !!navigator.serviceWorker.controller), 'the worker to be in charge', { tell: phone.workers }),
    stopWorkers: () => session.send('ServiceWorker.stopAllWorkers'),
    async page() {
      const page = await browser.newPage()
      page.setDefaultTimeout(PATIENCE * 1000)
      await page.setViewport({ width: 360, height: 740, isMobile: true, hasTouch: true, deviceScaleFactor: 1 })
      await page.exposeFunction('__push', (what, key) => push(phone, agent, what, key))
      await page.evaluateOnNewDocument(replacePushManager)
      await watch?.page(page)
      return page
    },
  }
  return phone
}

async function push(phone, agent, what, key) {
  const received = (text) => {
    phone.heard.push(text)
    return phone.deliver(text)
  }
  if (what === 'subscribe') phone.subscription ??= { key, ...(await agent.subscribe(key, received)) }
  if (what === 'unsubscribe' && phone.subscription) {
    await agent.unsubscribe(phone.subscription.channelID)
    phone.subscription = null
  }
  return phone.subscription
}

/** Runs in the page, before its own scripts. */
function replacePushManager() {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
  const text = (key) =>
    typeof key === 'string'
      ? key
      : btoa(String.fromCharCode(...new Uint8Array(key.buffer ?? key)))
          .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  const wrap = (kept) =>
    kept && {
      endpoint: kept.endpoint,
      expirationTime: null,
      options: { userVisibleOnly: true, applicationServerKey: bytes(kept.key).buffer },
      getKey: (name) => bytes(kept.keys[name]).buffer,
      toJSON: () => ({ endpoint: kept.endpoint, expirationTime: null, keys: kept.keys }),
      unsubscribe: async () => !(await globalThis.__push('unsubscribe')),
    }
  PushManager.prototype.subscribe = async ({ applicationServerKey }) =>
    wrap(await globalThis.__push('subscribe', text(applicationServerKey)))
  PushManager.prototype.getSubscription = async () => wrap(await globalThis.__push('get'))
}
