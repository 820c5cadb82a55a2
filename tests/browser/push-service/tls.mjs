// A certificate authority of the tests' own, and a certificate for 127.0.0.1 and localhost (openssl's command line).
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Writes ca.pem and the rest into `folder`; returns `{ ca (path), tls: { key, cert } }`. */
export function makeCertificate(folder) {
  const at = (name) => join(folder, name)
  const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl('req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=Browser tests CA',
    '-keyout', at('ca.key'), '-out', at('ca.pem'))
  openssl('req', ...newKey, '-subj', '/CN=127.0.0.1', '-keyout', at('push.key'), '-out', at('push.csr'))
  writeFileSync(at('push.ext'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\n')
  openssl('x509', '-req', '-in', at('push.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial',
    '-days', '2', '-extfile', at('push.ext'), '-out', at('push.pem'))
  return { ca: at('ca.pem'), tls: { key: readFileSync(at('push.key')), cert: readFileSync(at('push.pem')) } }
}
