// Takes the pictures that the system shows before it installs the app (manifest, `screenshots`): the real app with an invented
// person's data. `npm run manifest-pictures` after a build of the app, with ImageMagick's
// `convert`; the pictures are committed.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openGallery } from './harness/gallery.mjs'
import { repository } from './harness/paths.mjs'

const folder = join(repository, 'web/apps/client/public/screenshots')
const profile = mkdtempSync(join(tmpdir(), 'cairn-manifest-'))
mkdirSync(folder, { recursive: true })
const gallery = await openGallery({ profile, width: 360, height: 720, scale: 1.5 })
try {
  for (const name of ['today', 'agenda', 'goals']) {
    const path = join(folder, `${name}.png`)
    await gallery.show(name, { language: 'en', theme: 'light' }, (page) => page.screenshot({ path }))
    execFileSync('convert', [path, '-strip', '+dither', '-colors', '64', '-define', 'png:compression-level=9', `PNG8:${path}`])
  }
} finally {
  await gallery.close()
  rmSync(profile, { recursive: true, force: true, maxRetries: 8 })
}
