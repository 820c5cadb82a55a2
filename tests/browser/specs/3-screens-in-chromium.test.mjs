// Every screen, in English and Spanish, light and dark, on the smallest phone that counts: nothing for axe to complain
// about, nothing too wide or too small to tap, one heading, words that are easy to read, no broken policy, no stranger asked.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { axeViolations } from '../harness/axe.mjs'
import { openGallery, SCREENS } from '../harness/gallery.mjs'
import { readingEase } from '../harness/reading.mjs'

const HARDEST_GRADE = 6
const LEAST_EASE = 70
/** Screens looked at side by side: as many as the usual machine has cores. */
const AT_ONCE = 2
const profile = mkdtempSync(join(tmpdir(), 'cairn-gallery-'))
let gallery

before(async () => {
  gallery = await openGallery({ profile })
})
after(async () => {
  await gallery?.close()
  rmSync(profile, { recursive: true, force: true, maxRetries: 8 })
})

for (const language of ['en', 'es']) {
  test(`every screen, ${language}`, async () => {
    const found = []
    const left = Object.keys(SCREENS)
    const lookOn = async () => {
      for (let name = left.shift(); name; name = left.shift()) {
        const say = (text) => found.push(`${name}: ${text}`)
        try {
          await gallery.show(name, { language, theme: 'light' }, (page, { watch }) => look(page, language, say).then(() => watch.found.forEach(say)))
        } catch (error) {
          say(error.message)
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, lookOn))
    assert.deepEqual(found, [])
  })
}

test('these eyes are awake: they notice what is wrong', async () => {
  const found = []
  await gallery.show('help', { language: 'en', theme: 'light' }, async (page) => {
    await page.evaluate(() => {
      const wrong = document.createElement('p')
      wrong.className = 'wrong'
      wrong.textContent = 'Notwithstanding considerable organizational difficulties, comprehensive rehabilitation documentation remains indispensable. '.repeat(9)
      document.querySelector('h1').after(new Image(), wrong)
      const button = document.createElement('button')
      button.textContent = 'x'
      wrong.after(button)
    })
    await look(page, 'en', (text) => found.push(text))
  })
  for (const part of [/image-alt/, /small to tap/, /grade/]) assert.match(found.join('\n'), part)
})

async function look(page, language, say) {
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
