// Starts the real server on a free loopback port with a data folder of its own.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { whenLeaving } from './leave.mjs'
import { repository } from './paths.mjs'
import { scratchDatabase } from './postgres.mjs'
import { until } from './wait.mjs'

export function cairnBinary() {
  const target = resolve(repository, process.env.CARGO_TARGET_DIR ?? 'target')
  const binary = resolve(repository, process.env.CAIRN_BIN ?? join(target, 'debug/cairn'))
  if (!existsSync(binary)) throw new Error(`no server at ${binary}: build it, or set CAIRN_BIN`)
  return binary
}

export async function startCairn({ dataDir, log, publicUrl, pushOrigin, pushCa }) {
  const binary = cairnBinary()
  const port = await freePort()
  const database = scratchDatabase()
  const env = {
    PATH: process.env.PATH,
    HOME: dataDir,
    CAIRN_DATA_DIR: dataDir,
    CAIRN_LISTEN: `127.0.0.1:${port}`,
    CAIRN_PUBLIC_URL: publicUrl,
    CAIRN_PUSH_ALLOWED_ORIGINS: pushOrigin,
    CAIRN_VAPID_SUBJECT: 'mailto:ops@example.org',
    ...(pushCa ? { CAIRN_PUSH_EXTRA_CA: pushCa } : {}),
    ...(database ? { CAIRN_DATABASE_URL: database.url } : {}),
  }
  const output = openSync(log, 'w')
  const child = spawn(binary, ['serve'], { env, cwd: dataDir, stdio: ['ignore', output, output] })
  closeSync(output)
  const ended = once(child, 'exit')
  const killed = () => child.kill('SIGKILL')
  whenLeaving(killed)
  const origin = `http://127.0.0.1:${port}`
  const cairn = {
    port,
    origin,
    env,
    /** Runs another command of the program beside the server; returns what it printed. */
    command: (args, input) => execFileSync(binary, args, { env, cwd: dataDir, input, encoding: 'utf8', timeout: 60_000 }),
    async stop() {
      child.kill('SIGTERM')
      const late = setTimeout(killed, 15_000)
      await ended
      clearTimeout(late)
      database?.drop()
    },
  }
  try {
    await until(
      async () => {
        if (child.exitCode !== null) return true
        return (await fetch(`${origin}/health/ready`)).ok
      },
      'the server to be ready',
      { seconds: 60, every: 100 },
    )
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`)
    return cairn
  } catch (error) {
    await cairn.stop()
    throw new Error(`${error.message}\n${readFileSync(log, 'utf8').slice(-2000)}`)
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
