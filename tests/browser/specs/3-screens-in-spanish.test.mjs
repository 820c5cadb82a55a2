// Every screen in Spanish, light and dark, on the smallest phone that counts: nothing for axe to complain about, nothing
// too wide or too small to tap, one heading, words that are easy to read, no broken policy, no stranger asked.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openGallery } from '../harness/gallery.mjs'
import { lookThrough } from '../harness/look.mjs'

const profile = mkdtempSync(join(tmpdir(), 'cairn-gallery-'))
let gallery

before(async () => {
  gallery = await openGallery({ profile })
})
after(async () => {
  await gallery?.close()
  rmSync(profile, { recursive: true, force: true, maxRetries: 8 })
})

test('every screen, es', async () => assert.deepEqual(await lookThrough(gallery, 'es'), []))
