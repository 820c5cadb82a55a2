// Serves the built app as the server does: its policy, its caching, its packed files.
import { existsSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { repository } from './paths.mjs'

const DIST = join(repository, 'web/apps/client/dist')
const POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.png': 'image/png',
  '.svg': 'image/svg+xml', '.webmanifest': 'application/manifest+json' }

/** `entry`, if given, notes the answer's status and headers. */
export function serveApp(request, response, entry = {}) {
  const name = new URL(request.url, 'http://app').pathname.slice(5)
  const path = name && extname(name) && existsSync(join(DIST, name)) ? name : 'index.html'
  const caching = path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'
  const headers = { 'content-type': TYPES[extname(path)], 'content-security-policy': POLICY, 'cache-control': caching }
  const packed = existsSync(join(DIST, `${path}.br`)) && /\bbr\b/.test(request.headers['accept-encoding'] ?? '')
  Object.assign(entry, { status: 200, headers })
  response.writeHead(200, packed ? { ...headers, 'content-encoding': 'br' } : headers)
  response.end(readFileSync(join(DIST, packed ? `${path}.br` : path)))
}

