// Firefox ESR with its push client pointed at the push service of the tests.
import puppeteer from 'puppeteer-core'
import { killGroup, whenLeaving } from './leave.mjs'

/** `push` is the started push service; `display` a started one, or null for headless. */
export async function launchFirefox({ push, display = null, profile, env = process.env }) {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX_BIN ?? '/usr/bin/firefox-esr',
    headless: !display,
    userDataDir: profile,
    env: { ...(display?.env ?? env), HOME: profile, MOZ_REMOTE_SETTINGS_DEVTOOLS: '1' },
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    timeout: 90_000,
    protocolTimeout: 120_000,
    extraPrefsFirefox: {
      'dom.push.serverURL': push.ws,
      'dom.push.testing.allowInsecureServerURL': true,
      'dom.push.enabled': true,
      'dom.push.connection.enabled': true,
      'dom.push.retryBaseInterval': 200,
      'permissions.default.desktop-notification': 1, // granted; a person would press "Allow"
      'dom.webnotifications.disable_open_click_delay': 60_000, // 1 s after a click no window may be opened any more: too short for a busy machine
      'alerts.useSystemBackend': false, // Firefox draws the notification itself, so that it can be seen and clicked
      'network.proxy.type': 0,
      'intl.accept_languages': 'en-US',
    },
  })
  whenLeaving(killGroup(browser.process()))
  return browser
}
