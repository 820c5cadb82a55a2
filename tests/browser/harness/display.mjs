// A screen that nobody sees (Xvfb): what a notification looks like, and a hand that clicks on it.
import { execFile, spawn } from 'node:child_process'
import { promisify } from 'node:util'
import { whenLeaving } from './leave.mjs'

const run = promisify(execFile)

/** Starts Xvfb on a free display. `env` is for the browser; `tool` runs xdotool; `shot` writes a PNG. */
export async function startDisplay({ width = 1280, height = 800 } = {}) {
  const args = ['-displayfd', '3', '-screen', '0', `${width}x${height}x24`, '-nolisten', 'tcp', '-noreset']
  const child = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  whenLeaving(() => child.kill('SIGKILL'))
  const number = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)))
    child.stdio[3].once('data', (text) => resolve(String(text).trim()))
  })
  const env = { ...process.env, DISPLAY: `:${number}` }
  const tool = async (...args) => (await run('xdotool', args.map(String), { env, timeout: 60_000 })).stdout.trim()

  /** Where the notification's window is, or null: both browsers draw a small window near the right edge. */
  const notification = async () => {
    const ids = (await tool('search', '--onlyvisible', '--name', '.*')).split('\n').filter(Boolean)
    for (const id of ids) {
      const text = await tool('getwindowgeometry', '--shell', id).catch(() => '')
      const { X, Y, WIDTH, HEIGHT } = Object.fromEntries(text.split('\n').map((line) => line.split('=')))
      const [x, y, w, h] = [X, Y, WIDTH, HEIGHT].map(Number)
      if (w >= 300 && w <= 400 && h >= 50 && h <= 400 && x + w > width - 40) return { x, y, width: w, height: h }
    }
    return null
  }
  return {
    env,
    notification,
    click: (x, y) => tool('mousemove', Math.round(x), Math.round(y), 'click', 1),
    /** Writes a picture of the whole screen, if ImageMagick is there. */
    picture: (file) => run('import', ['-window', 'root', file], { env, timeout: 60_000 }),
    stop: () => child.kill('SIGKILL'),
  }
}
