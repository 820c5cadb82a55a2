// What only a small screen shows, 360 x 640 and also with text twice as large: words that pass by cover nothing that can be
// tapped, a scale leaves no number alone, numbers to call stand in columns on paper, notes speak plainly.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { words } from '../harness/app.mjs'
import { openGallery } from '../harness/gallery.mjs'
import { tap } from '../harness/hands.mjs'
import { until } from '../harness/wait.mjs'

const profile = mkdtempSync(join(tmpdir(), 'cairn-small-'))
const plain = { language: 'en', theme: 'light' }
let gallery

before(async () => {
  gallery = await openGallery({ profile, height: 640 })
})
after(async () => {
  await gallery?.close()
  rmSync(profile, { recursive: true, force: true, maxRetries: 8 })
})

const press = (page, key) => tap(page, `::-p-aria([name="${words.en[key]}"][role="button"])`)
const twice = (page) => page.evaluate(() => (document.documentElement.style.fontSize = '200%'))
const rest = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))

/** Runs in the page: what of the actions the passing words cover, and whether they are in sight. */
function covered() {
  const box = document.querySelector('.place')?.getBoundingClientRect()
  if (!box || box.height < 20) return { covers: [], seen: false }
  const covers = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')].flatMap((one) => {
    if (one.closest('.place') || one.getClientRects().length === 0) return []
    const rect = one.getBoundingClientRect()
    const [left, right] = [Math.max(rect.left, box.left), Math.min(rect.right, box.right)]
    const [top, bottom] = [Math.max(rect.top, box.top), Math.min(rect.bottom, box.bottom)]
    // What lies behind the tabs, like all of the page, covers none of them.
    if (left >= right || top >= bottom || !document.elementFromPoint((left + right) / 2, (top + bottom) / 2)?.closest('.place')) return []
    return [one.textContent.trim()]
  })
  return { covers, seen: box.top >= 0 && box.bottom <= innerHeight }
}

/** Looks at every part of the page while the words are there. */
async function lookAlong(page) {
  const seen = []
  const end = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight)
  for (let at = 0; ; at = Math.min(at + 90, end)) {
    await page.evaluate((top) => scrollTo(0, top), at)
    await rest(page)
    const found = await page.evaluate(covered)
    assert.deepEqual(found.covers, [], `scrolled to ${at}`)
    seen.push(found.seen)
    if (at >= end) return seen
  }
}

for (const [size, enlarge] of [['usual', async () => {}], ['twice as large', twice]]) {
  test(`"Your answer is saved" covers no button of the item, text ${size}`, () =>
    gallery.show('item', plain, async (page) => {
      await enlarge(page)
      await press(page, 'answer_going')
      await page.waitForFunction((text) => document.querySelector('.place p')?.textContent === text, {}, words.en.answer_saved)
      await rest(page)
      assert.deepEqual((await page.evaluate(covered)).covers, [])
      const seen = await lookAlong(page)
      assert.ok(seen.includes(true), 'the words are to be seen')
    }))
}

test('an answer on the first screen can be followed at once by whatever stands below', () =>
  gallery.show('today', plain, async (page) => {
    await press(page, 'answer_going')
    await page.waitForSelector('.place p')
    await rest(page)
    assert.ok((await lookAlong(page)).includes(true))
  }))

for (const [size, enlarge] of [['usual', async () => {}], ['twice as large', twice]]) {
  test(`nothing comes between a person and a call on the help page, text ${size}`, () =>
    gallery.show('item', plain, async (page) => {
      await enlarge(page)
      await press(page, 'answer_help')
      await page.waitForSelector('.place p')
      await page.click('header a[href="/app/help"]')
      await page.waitForSelector('a[href="tel:911"]')
      await rest(page)
      const { seen, covers } = await page.evaluate(covered)
      assert.deepEqual([seen, covers], [false, []])
      assert.deepEqual((await lookAlong(page)).filter(Boolean), [])
    }))
}

test('no number of a scale stands alone in its row', async () => {
  for (const [width, text] of [[360, 'normal'], [360, 'large'], [360, 'larger'], [320, 'normal'], [320, 'large'], [320, 'larger']]) {
    await gallery.show('check-in-urge', { ...plain, width, text }, async (page) => {
      const rows = async () => {
        const tops = await page.$$eval('.cells button', (all) => all.map((one) => Math.round(one.getBoundingClientRect().top)))
        return [...new Set(tops)].map((top) => tops.filter((one) => one === top).length)
      }
      await until(async () => (await rows()).length > 0 || (await page.click('.asking .skip').catch(() => null)), 'the scale')
      const found = await rows()
      assert.equal(found.reduce((sum, count) => sum + count), 11)
      assert.ok(found.at(-1) > 1, `${width} px, ${text}: ${found}`)
      const sizes = await page.$$eval('.cells button', (all) => all.map((one) => one.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height)))
      assert.ok(Math.min(...sizes) >= 47.5, `${width} px, ${text}: ${Math.min(...sizes)} px to tap`)
    })
  }
})

test('on paper the people to call and their numbers stand in columns', () =>
  gallery.show('plan-safety', {
    ...plain,
    before: (state) => {
      const people = state.plans.safety.sections.find(({ key }) => key === 'people_to_ask')
      people.text = 'My brother Tom: 555-201-3344 after five\nMaria: 555-201-3345\nThe neighbor next door\nAnn from the library: (555) 201-3346'
    },
  }, async (page) => {
    await page.emulateMediaType('print')
    const lefts = await page.$$eval('[aria-labelledby="section-people_to_ask"] a', (all) => all.map((one) => Math.round(one.getBoundingClientRect().left)))
    await page.emulateMediaType(null)
    assert.equal(lefts.length, 3)
    assert.equal(new Set(lefts).size, 1, `numbers begin at ${lefts}`)
  }))

for (const language of ['en', 'es']) {
  test(`a note is read in plain words, ${language}`, () =>
    gallery.show('note', { ...plain, language, before: (state) => {
      const plan = state.notes[0].sections.at(-1)
      plan.lines.push({ part: 'risk', label: language === 'es' ? 'Riesgo que se vio' : 'Risk that was seen', text: language === 'es' ? 'Bajo' : 'Low' })
      plan.lines[0].text += ' 2026-12-01'
    } }, async (page) => {
      const text = await page.evaluate(() => document.querySelector('article').innerText)
      for (const word of ['Intervention', 'Intervención', 'Risk', 'Riesgo', "The person's", 'de la persona', 'GIRP', '2026-12-01']) {
        assert.ok(!text.includes(word), `${word} in ${text}`)
      }
      for (const key of ['note_part_safe', 'note_safe_low', 'note_part_did']) assert.ok(text.includes(words[language][key]), key)
      assert.ok(text.includes(language === 'es' ? '1 de diciembre de 2026' : 'December 1, 2026'))
    }))
}
