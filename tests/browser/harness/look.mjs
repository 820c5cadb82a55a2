// A thorough look at the screen that is open: axe in light and dark, language, title, one heading, nothing too wide or too
// small to tap, words that are easy to read, help in sight.
import { axeViolations } from './axe.mjs'
import { SCREENS } from './gallery.mjs'
import { readingEase } from './reading.mjs'

const HARDEST_GRADE = 6
const LEAST_EASE = 70
/** Screens looked at side by side: as many as the usual machine has cores. */
const AT_ONCE = 2

/** Everything that is wrong with any screen, rather than the first thing. */
export async function lookThrough(gallery, language) {
  const found = []
  const left = Object.keys(SCREENS)
  const goOn = async () => {
    for (let name = left.shift(); name; name = left.shift()) {
      const say = (text) => found.push(`${name}: ${text}`)
      try {
        await gallery.show(name, { language, theme: 'light' }, (page, { watch }) => look(page, language, say).then(() => watch.found.forEach(say)))
      } catch (error) {
        say(error.message)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, goOn))
  return found
}

export async function look(page, language, say) {
  for (const theme of ['light', 'dark']) {
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: theme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ])
    await page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, {}, theme)
    for (const violation of await axeViolations(page)) say(`${theme}: ${violation}`)
  }
  const seen = await page.evaluate(readScreen)
  if (seen.lang !== language) say(`lang is ${seen.lang}`)
  if (!seen.title) say('no title')
  if (seen.headings !== 1) say(`${seen.headings} main headings`)
  if (seen.wide > 0) say(`${seen.wide} px wider than the phone`)
  for (const control of seen.small) say(`too small to tap: ${control}`)
  if (!seen.help) say('help is not in sight')
  const ease = readingEase(seen.blocks, language)
  if (language === 'en' && ease > HARDEST_GRADE) say(`reads at grade ${ease.toFixed(1)}`)
  if (language === 'es' && ease < LEAST_EASE) say(`reading ease ${ease.toFixed(0)}`)
  await page.setViewport({ width: 320, height: 640, isMobile: true, hasTouch: true, deviceScaleFactor: 1 })
  const wide = await page.evaluate(() => {
    document.documentElement.dataset.text = 'larger'
    return document.documentElement.scrollWidth - innerWidth
  })
  if (wide > 0) say(`${wide} px too wide on a narrow phone with the largest text`)
}

/** Runs in the page. */
function readScreen() {
  const shown = (element) => element.getClientRects().length > 0
  const controls = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter(shown)
  const small = controls.flatMap((element) => {
    if (element.closest('.unseen, [inert], .words')) return []
    const target = element.matches('input[type=radio], input[type=checkbox]') ? element.closest('label') ?? element : element
    const { width, height } = target.getBoundingClientRect()
    return width < 47.5 || height < 47.5 ? [`${element.textContent.trim() || element.outerHTML.slice(0, 60)} ${Math.round(width)} x ${Math.round(height)}`] : []
  })
  const blocks = [...document.querySelectorAll('main :is(p, h1, h2, label, legend, button, a, li, dd, summary)')]
    .filter((element) => shown(element) && !element.querySelector('p, li, label, button, h2'))
    .map((element) => element.innerText.trim())
  const help = document.querySelector('header a[href="/app/help"]')?.getBoundingClientRect()
  return {
    lang: document.documentElement.lang, title: document.title, headings: document.querySelectorAll('h1').length,
    wide: document.documentElement.scrollWidth - innerWidth, small, blocks, help: help && help.top >= 0 && help.bottom <= innerHeight,
  }
}
