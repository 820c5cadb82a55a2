// What the main screens look like, light and dark, against pictures that were looked at and kept in `pictures/`. Clock,
// data and font stand still. After a change that is meant: UPDATE_PICTURES=1, look at each, and keep them.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openGallery } from '../harness/gallery.mjs'
import { here } from '../harness/paths.mjs'

const SCREENS = ['activate', 'today', 'check-in-urge', 'check-in-unsafe', 'progress', 'goals', 'goal', 'agenda', 'item',
  'plan-safety', 'me', 'settings', 'help']
const KEPT = join(here, 'pictures')
const LOGS = process.env.CAIRN_TEST_LOGS ?? join(here, 'logs')
/** A share of the pixels; a hair at the edge of a letter may differ from one version of the browser to the next. */
const MAY_DIFFER = 0.002
const scratch = mkdtempSync(join(tmpdir(), 'cairn-pictures-'))
let gallery, judge

before(async () => {
  // One font for every kind, so that the pictures are the same on every machine that has it (fonts-dejavu-core).
  const fonts = join(scratch, 'fonts.conf')
  writeFileSync(fonts, `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
    <dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>${join(scratch, 'cache')}</cachedir>
    <match target="pattern"><edit name="family" mode="assign" binding="same"><string>DejaVu Sans</string></edit></match>
    <match target="font"><edit name="hinting" mode="assign"><bool>false</bool></edit><edit name="antialias" mode="assign"><bool>true</bool></edit>
    <edit name="rgba" mode="assign"><const>none</const></edit></match></fontconfig>`)
  gallery = await openGallery({ profile: join(scratch, 'profile'), env: { ...process.env, FONTCONFIG_FILE: fonts } })
  judge = await gallery.browser.newPage()
})
after(async () => {
  await gallery?.close()
  rmSync(scratch, { recursive: true, force: true, maxRetries: 8 })
})

for (const theme of ['light', 'dark']) {
  test(`the screens look as they were left, ${theme}`, async () => {
    const found = []
    for (const name of SCREENS) {
      const picture = await gallery.show(name, { language: 'en', theme }, (page) => page.screenshot())
      const file = join(KEPT, `${name}-${theme}.png`)
      if (process.env.UPDATE_PICTURES) {
        mkdirSync(KEPT, { recursive: true })
        writeFileSync(file, picture)
      } else if (!existsSync(file)) {
        found.push(`${name}: no picture to compare with`)
      } else {
        const share = await differing(readFileSync(file), Buffer.from(picture))
        if (share > MAY_DIFFER) {
          mkdirSync(LOGS, { recursive: true })
          writeFileSync(join(LOGS, `${name}-${theme}.png`), picture)
          found.push(`${name}: ${(share * 100).toFixed(2)} % of the pixels differ; see ${LOGS}`)
        }
      }
    }
    assert.deepEqual(found, [])
  })
}

/** The share of pixels that differ by more than an eye would pass over. */
const differing = (one, other) =>
  judge.evaluate(async (...pictures) => {
    const pixels = async (base64) => {
      const image = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], { type: 'image/png' }))
      const canvas = new OffscreenCanvas(image.width, image.height)
      const pen = canvas.getContext('2d')
      pen.drawImage(image, 0, 0)
      return pen.getImageData(0, 0, image.width, image.height)
    }
    const [a, b] = await Promise.all(pictures.map(pixels))
    if (a.width !== b.width || a.height !== b.height) return 1
    let count = 0
    for (let at = 0; at < a.data.length; at += 4) {
      const far = Math.abs(a.data[at] - b.data[at]) + Math.abs(a.data[at + 1] - b.data[at + 1]) + Math.abs(a.data[at + 2] - b.data[at + 2])
      if (far > 48) count += 1
    }
    return count / (a.data.length / 4)
  }, one.toString('base64'), other.toString('base64'))
