// Who sends: the VAPID header of RFC 8292, checked as strictly as the strictest push services do.
import { createPublicKey, verify } from 'node:crypto'

const DAY_S = 24 * 60 * 60

export class Refusal extends Error {
  constructor(status, reason) {
    super(reason)
    this.status = status
  }
}

/**
 * Checks `Authorization: vapid t=JWT, k=KEY` and returns the claims.
 * `origin` is this service's own origin (the port included), `subscribedKey` the applicationServerKey of the
 * subscription or null, `now` milliseconds. Throws a Refusal with 401, or 403 when the key is another one.
 */
export function checkVapid(authorization, { origin, subscribedKey, now }) {
  if (!authorization) {
    if (subscribedKey) throw new Refusal(401, 'the subscription has a key, so VAPID is needed')
    return null
  }
  const [, parameters] = /^vapid +(.+)$/i.exec(authorization) ?? fail('the scheme is not vapid')
  const fields = Object.fromEntries(parameters.split(',').map((part) => part.trim().split(/=(.*)/s).slice(0, 2)))
  const [head, body, signature] = (fields.t ?? '').split('.')
  if (!head || !body || !signature || !fields.k) fail('t and k are needed')
  if (json(head).alg !== 'ES256') fail('alg is not ES256')
  const signed = verify(
    'sha256',
    Buffer.from(`${head}.${body}`),
    { key: publicKey(fields.k), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  if (!signed) fail('bad signature')
  const claims = json(body)
  if (claims.aud !== origin) fail(`aud is ${claims.aud}, not ${origin}`)
  const left = claims.exp - now / 1000
  if (!(left > 0)) fail('exp is missing or past')
  if (left > DAY_S) fail('exp is more than 24 hours ahead')
  if (claims.sub !== undefined && !/^(mailto:.+@.+|https:\/\/.+)/.test(claims.sub)) fail('sub is no contact')
  if (subscribedKey && plain(subscribedKey) !== plain(fields.k)) throw new Refusal(403, 'another key than the subscription')
  return { ...claims, key: fields.k }
}

/** A P-256 public key from its uncompressed point in base64url. */
export function publicKey(point) {
  const raw = Buffer.from(point, 'base64url')
  if (raw.length !== 65 || raw[0] !== 4) fail('the key is not an uncompressed P-256 point')
  const [x, y] = [raw.subarray(1, 33), raw.subarray(33)].map((half) => half.toString('base64url'))
  try {
    return createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y } })
  } catch {
    fail('the key is not on the curve')
  }
}

/** The same key may come with or without base64 padding. */
const plain = (key) => Buffer.from(key, 'base64url').toString('base64url')

function json(part) {
  try {
    return JSON.parse(Buffer.from(part, 'base64url'))
  } catch {
    fail('the token cannot be read')
  }
}

function fail(reason) {
  throw new Refusal(401, reason)
}
