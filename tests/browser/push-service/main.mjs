// The push service by itself: `node push-service/main.mjs [--port N] [--tls FOLDER]`. Prints one line of JSON.
import { parseArgs } from 'node:util'
import { startPushService } from './service.mjs'
import { makeCertificate } from './tls.mjs'

const { values } = parseArgs({ options: { port: { type: 'string' }, tls: { type: 'string' } } })
const certificate = values.tls ? makeCertificate(values.tls) : null
const service = await startPushService({ port: Number(values.port ?? 0), tls: certificate?.tls })
const { origin, ws, control } = service
console.log(JSON.stringify({ origin, ws, control, ca: certificate?.ca ?? null }))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => service.stop().then(() => process.exit(0)))
