// Every screen in English, light and dark, on the smallest phone that counts: nothing for axe to complain about, nothing
// too wide or too small to tap, one heading, words that are easy to read, no broken policy, no stranger asked.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openGallery } from '../harness/gallery.mjs'
import { look, lookThrough } from '../harness/look.mjs'

const profile = mkdtempSync(join(tmpdir(), 'cairn-gallery-'))
let gallery

before(async () => {
  gallery = await openGallery({ profile })
})
after(async () => {
  await gallery?.close()
  rmSync(profile, { recursive: true, force: true, maxRetries: 8 })
})

test('every screen, en', async () => assert.deepEqual(await lookThrough(gallery, 'en'), []))

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
