// A world with a Chromium in it, set up as a client's phone.
import { join } from 'node:path'
import { appOn } from './app.mjs'
import { launchChromium, openPhone } from './chromium.mjs'
import { startDisplay } from './display.mjs'
import { connectUserAgent } from './user-agent.mjs'
import { until } from './wait.mjs'
import { watchBrowser } from './watch.mjs'
import { openWorld } from './world.mjs'

/** `screen`: draw on a display, so that notifications can be clicked. `watch`: collect what a strict browser sees. */
export async function openPhoneWorld(name, { screen = false, watch = false, tls = false } = {}) {
  const world = await openWorld(name, { tls })
  try {
    if (screen) {
      world.display = await startDisplay()
      world.onClose(world.display.stop)
    }
    world.browser = await launchChromium({ profile: world.folder('chromium'), display: world.display })
    world.onClose(() => world.browser.close())
    if (watch) world.watch = watchBrowser(world.browser, world.origin)
    const agent = await connectUserAgent(world.push.ws)
    world.onClose(agent.close)
    world.agent = agent
    world.phone = await openPhone(world.browser, { origin: world.origin, agent, watch: world.watch })
    world.step(`launched ${await world.browser.version()}`)

    /** A new client whose phone shows the first screen. */
    world.welcome = async (options) => {
      await world.front.restore()
      world.front.hold(null)
      for (const left of await world.browser.pages()) if (left.url().startsWith(world.origin)) await left.close()
      const client = await world.staff.client(options)
      const page = await world.phone.page()
      world.picture = () => page.screenshot({ path: join(world.logs, 'page.png') })
      await world.phone.forget()
      const app = appOn(page, world.origin)
      await app.open()
      return { client, page, app }
    }
    /** The same, signed in, the agenda on the screen. */
    world.activated = async (options) => {
      const opened = await world.welcome(options)
      await opened.app.activate(await world.staff.code(opened.client))
      world.step('activated')
      return opened
    }
    let reader = null
    /** What the app's notifications say, read by a page of the origin that is none of the app's. */
    world.notifications = async () => {
      if (!reader || reader.isClosed()) {
        reader = await world.browser.newPage()
        await reader.goto(`${world.origin}/health/live`)
      }
      return reader.evaluate(readNotifications)
    }
    world.notified = (count = 1) =>
      until(async () => {
        const all = await world.notifications()
        return all.length >= count && all
      }, `${count} notification(s)`)
    return world
  } catch (error) {
    await world.close()
    throw error
  }
}

/** Runs in the page. */
async function readNotifications() {
  const registration = await navigator.serviceWorker.getRegistration('/app/')
  const all = (await registration?.getNotifications()) ?? []
  return all.map(({ title, body, lang, tag, actions }) => ({
    title, body, lang, tag, actions: actions.map((one) => [one.action, one.title]),
  }))
}
