// Two ways to use a screen: a finger, and the keyboard alone.
import { PATIENCE } from './wait.mjs'

/** A tap where a thumb would tap, clear of the bar at the bottom. */
export async function tap(page, selector) {
  await page.waitForSelector(selector, { timeout: PATIENCE * 1000 })
  await page.$eval(selector, (element) => element.scrollIntoView({ block: 'center' }))
  await page.locator(selector).setTimeout(PATIENCE * 1000).click()
}

/** Taps a field and types into it. */
export async function write(page, selector, text) {
  await tap(page, selector)
  await page.locator(selector).fill(text)
}

/** Goes on with Tab until this has the focus; fails when it cannot be reached. */
export async function tabTo(page, selector) {
  await page.waitForSelector(selector, { timeout: PATIENCE * 1000 })
  for (let nth = 0; nth < 120; nth += 1) {
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${selector} cannot be reached by Tab`)
}

/** Tab until it has the focus, then Enter, or another key. */
export async function press(page, selector, key = 'Enter') {
  await tabTo(page, selector)
  await page.keyboard.press(key)
}
