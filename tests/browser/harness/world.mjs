// Everything one spec needs, started together and always taken down: scratch folder, push service, front, server.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPushService } from '../push-service/service.mjs'
import { makeCertificate } from '../push-service/tls.mjs'
import { startCairn } from './cairn.mjs'
import { startFront } from './front.mjs'
import { whenLeaving } from './leave.mjs'
import { here } from './paths.mjs'
import { signInStaff } from './staff.mjs'

/** `tls` gives the push service https endpoints with a certificate of its own. */
export async function openWorld(name, { tls = false } = {}) {
  const scratch = mkdtempSync(join(tmpdir(), `cairn-browser-${name}-`))
  const logs = join(process.env.CAIRN_TEST_LOGS ?? join(here, 'logs'), name)
  rmSync(logs, { recursive: true, force: true })
  mkdirSync(logs, { recursive: true })
  const steps = []
  const sweep = () => rmSync(scratch, { recursive: true, force: true, maxRetries: 8 })
  const undo = [sweep]
  whenLeaving(sweep)
  const begun = Date.now()
  const world = {
    scratch,
    logs,
    folder: (part) => mkdtempSync(join(scratch, `${part}-`)),
    /** Notes where we are; the notes are printed when a test fails. */
    step(text) {
      steps.push(`${((Date.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${text}`)
    },
    onClose: (action) => undo.unshift(action),
    /** Runs a test body; on failure prints the steps and keeps what helps. */
    async run(body) {
      const from = steps.length
      try {
        await body()
      } catch (error) {
        world.step(`FAILED: ${error.message}`)
        await world.picture?.().catch(() => {})
        console.error(`steps of "${name}":\n${steps.slice(from).join('\n')}\nlogs: ${logs}`)
        throw error
      }
    },
    async close() {
      writeFileSync(join(logs, 'steps.txt'), `${steps.join('\n')}\n`)
      writeFileSync(join(logs, 'push.json'), JSON.stringify(world.push?.log ?? [], null, 1))
      writeFileSync(join(logs, 'requests.json'), JSON.stringify(world.front?.requests ?? [], null, 1))
      for (const action of undo.splice(0)) await Promise.resolve(action()).catch((error) => console.error(String(error)))
    },
  }
  try {
    const certificate = tls ? makeCertificate(world.folder('tls')) : null
    world.push = await startPushService({ tls: certificate?.tls })
    world.onClose(world.push.stop)
    world.front = await startFront()
    world.onClose(world.front.stop)
    world.cairn = await startCairn({
      dataDir: world.folder('data'),
      log: join(logs, 'server.log'),
      publicUrl: world.front.origin,
      pushOrigin: world.push.origin,
      pushCa: certificate?.ca,
    })
    world.onClose(world.cairn.stop)
    world.front.to(world.cairn.port)
    world.origin = world.front.origin
    world.step(`server ready at ${world.cairn.origin}, seen by browsers as ${world.origin}`)
    world.staff = await signInStaff(world.cairn)
    world.step('staff signed in')
    return world
  } catch (error) {
    console.error(steps.join('\n'))
    await world.close()
    throw error
  }
}
