// Serves the built app with the server's own policy, and a client's data that never changes: for pictures, which must
// look the same on every run. Everything that has to do with the server's behaviour is tested against the real one.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { serveApp } from './dist.mjs'
import { CLIENT, data, NOW } from './stand-in-data.mjs'

export async function startStandIn(language) {
  const state = { ...data(language), signedIn: true, down: false, refuse: null, posted: [], worker: true, clock: () => NOW }
  const server = createServer(async (request, response) => {
    if (state.down) return request.socket.destroy()
    const { pathname } = new URL(request.url, 'http://stand-in')
    // Most screens need no worker, and filling its cache takes longer than showing the screen.
    if (pathname === '/app/sw.js' && !state.worker) return response.writeHead(404).end()
    if (pathname.startsWith('/app')) return serveApp(request, response)
    let body = ''
    for await (const chunk of request) body += chunk
    const [status, value] = answer(state, request.method, pathname, body ? JSON.parse(body) : null)
    const type = status >= 400 ? 'application/problem+json' : 'application/json'
    response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', date: new Date(state.clock()).toUTCString() })
    response.end(value === null ? '' : JSON.stringify(value))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const stop = () => {
    server.close()
    server.closeAllConnections()
  }
  return { origin: `http://127.0.0.1:${server.address().port}`, state, stop }
}

const list = (items) => [200, { items, next_cursor: null }]
const problem = (status, code) => [status, { type: 'about:blank', title: code, status, code, errors: [], request_id: 'stand-in' }]

function answer(state, method, path, body) {
  if (method === 'POST' && path === '/v1/activate') {
    if (body.code !== 'ABCDEFG1') return problem(422, 'invalid_code')
    state.signedIn = true
    return [200, { client: state.client }]
  }
  if (!state.signedIn) return problem(401, 'not_signed_in')
  if (method !== 'GET') {
    state.posted.push({ method, path, body })
    if (state.refuse) return problem(...state.refuse)
  }
  const mine = `/v1/clients/${CLIENT}`
  const found = routes(state, mine)[`${method} ${path}`]
  if (found) return found(body)
  const [, delivery] = /^\/v1\/me\/deliveries\/(.+)$/.exec(path) ?? []
  if (state.deliveries[delivery]) return [200, { delivery_id: delivery, occurrence: state.deliveries[delivery] }]
  const [, occurrence, responses] = /^\/v1\/occurrences\/([^/]+)(\/responses)?$/.exec(path) ?? []
  const item = state.agenda.find(({ occurrence_id }) => occurrence_id === occurrence)
  if (item && responses) {
    item.response = { response: body.response, note: body.note ?? null, snoozed_until: null, responded_at: new Date(NOW).toISOString() }
  }
  if (item) return [200, item]
  const [, walked] = /^\/v1\/goals\/([^/]+)\/progress$/.exec(path) ?? []
  if (walked) return list(state.goal_progress.filter(({ goal_id }) => goal_id === walked))
  const [, note] = /^\/v1\/notes\/([^/]+)$/.exec(path) ?? []
  const written = state.notes.find(({ id }) => id === note)
  if (written) return [200, written]
  const [, version] = /^\/v1\/form-versions\/(.+)$/.exec(path) ?? []
  if (state.versions[version]) return [200, state.versions[version]]
  const [, goal_id, step_id] = /^\/v1\/goals\/([^/]+)(?:\/steps\/([^/]+)\/done)?$/.exec(path) ?? []
  const goal = state.goals.find(({ id }) => id === goal_id)
  if (goal && step_id) {
    goal.steps.find(({ id }) => id === step_id).done_at = body.done ? new Date(NOW).toISOString() : null
    return [200, goal]
  }
  if (goal) return [200, Object.assign(goal, body ?? {})]
  return problem(404, 'not_found')
}

const routes = (state, mine) => ({
  'GET /v1/me': () => [200, { kind: 'client', client: state.client, demo: state.demo }],
  'POST /v1/auth/sign-out': () => {
    state.signedIn = false
    return [204, null]
  },
  'GET /v1/me/sign-ins': () => list(state.sign_ins),
  'POST /v1/me/activation-codes': () => [201, { code: 'K7MPQ2XA', expires_at: new Date(NOW + 600_000).toISOString() }],
  'GET /v1/me/record-access': () => list(state.access),
  // No news here: 204 tells an EventSource not to come again.
  'GET /v1/events': () => [204, null],
  'GET /v1/push/public-key': () => problem(503, 'none'),
  [`PATCH ${mine}`]: (body) => [200, Object.assign(state.client, body)],
  [`GET ${mine}/agenda`]: () => list(state.agenda),
  [`GET ${mine}/check-in-schedules`]: () => list(state.schedules),
  [`GET ${mine}/check-ins`]: () => list(state.check_ins),
  [`POST ${mine}/check-ins`]: (body) => {
    const made = { ...body, client_id: CLIENT, form_id: state.versions[body.form_version_id].form_id, local_date: '2026-11-21' }
    state.check_ins.unshift(made)
    return [201, made]
  },
  [`GET ${mine}/progress`]: () => [200, state.progress],
  [`GET ${mine}/goals`]: () => list(state.goals),
  [`GET ${mine}/goal-proposals`]: () => list(state.proposals),
  [`GET ${mine}/care-plans`]: () => list(state.care_plans),
  [`GET ${mine}/plans/safety`]: () => [200, state.plans.safety],
  [`GET ${mine}/plans/wellness`]: () => [200, state.plans.wellness],
  'GET /v1/me/notes': () => list(state.notes),
  'GET /v1/help-requests': () => list(state.help_requests),
  'POST /v1/help-requests': (body) => [201, state.help_request(body.id)],
  'GET /v1/crisis-resources': () => [200, { version: 2, review_due_on: '2027-11-01', items: state.crisis_resources }],
})
