// What may be sent: the request a push service accepts, by RFC 8030 and RFC 8188.
import { Refusal, publicKey } from './vapid.mjs'

const MAX_BODY = 4096
const MAX_TTL = 30 * 24 * 60 * 60
const URGENCIES = ['very-low', 'low', 'normal', 'high']
const HEADER = 86 // salt 16, record size 4, key length 1, key 65

/** Checks headers and body; returns `{ ttl, topic, urgency }` or throws a Refusal. */
export function checkMessage(headers, body) {
  if (body.length > MAX_BODY) throw new Refusal(413, `${body.length} bytes are more than ${MAX_BODY}`)
  if (!/^\d{1,10}$/.test(headers.ttl ?? '')) refuse('TTL is missing or not a number of seconds')
  if (headers.topic !== undefined && !/^[\w-]{1,32}$/.test(headers.topic)) refuse('Topic is not base64url of 1 to 32')
  const urgency = headers.urgency ?? 'normal'
  if (!URGENCIES.includes(urgency)) refuse(`Urgency ${urgency} is unknown`)
  if (body.length > 0) checkBody(headers['content-encoding'], body)
  return { ttl: Math.min(Number(headers.ttl), MAX_TTL), topic: headers.topic ?? null, urgency }
}

function checkBody(encoding, body) {
  if (encoding !== 'aes128gcm') refuse(`Content-Encoding is ${encoding}, not aes128gcm`)
  if (body.length < HEADER + 18) refuse('the body is shorter than the smallest encrypted record')
  if (body[20] !== 65) refuse('the key id is not a P-256 point')
  if (body.readUInt32BE(16) < 18) refuse('the record size is below 18')
  try {
    publicKey(body.subarray(21, HEADER).toString('base64url'))
  } catch (error) {
    refuse(error.message)
  }
}

function refuse(reason) {
  throw new Refusal(400, reason)
}
