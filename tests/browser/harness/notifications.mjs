// A person's finger on a notification that the browser itself has drawn on the display.
import { sleep, until } from './wait.mjs'

/** Where the notification stands once it has stopped sliding in. */
const shown = (display) =>
  until(async () => {
    const first = await display.notification()
    await sleep(400)
    const second = await display.notification()
    return JSON.stringify(first) === JSON.stringify(second) && second
  }, 'the notification on the screen')

/** Clicks on the text of the notification. */
export async function clickNotification(display) {
  const { x, y, height } = await shown(display)
  await display.click(x + 60, y + height * 0.45)
}

/**
 * Clicks on the nth of the action buttons, which Chromium draws along the lower edge: capitals of 14 px, 40 px between.
 * `labels` are the texts of the buttons; `page` is any page, to measure them.
 */
export async function clickAction(display, page, labels, nth) {
  const { x, y, height } = await shown(display)
  const widths = await page.evaluate((texts) => {
    const pen = document.createElement('canvas').getContext('2d')
    pen.font = '14px sans-serif'
    return texts.map((text) => pen.measureText(text.toUpperCase()).width)
  }, labels)
  const before = widths.slice(0, nth).reduce((sum, width) => sum + width + 40, 24)
  await display.click(x + before + widths[nth] / 2, y + height - 28)
}

export const noNotification = (display) => until(async () => !(await display.notification()), 'an empty screen')
