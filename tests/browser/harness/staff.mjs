// What staff do over HTTP: sign in, take on a client, give out a code, plan items, look at reminders.
import { randomBytes } from 'node:crypto'

export class ProblemError extends Error {
  constructor(method, path, status, problem) {
    super(`${method} ${path} answered ${status}: ${JSON.stringify(problem)}`)
    Object.assign(this, { status, problem })
  }
}

async function call(origin, method, path, { token, body, more } = {}) {
  const headers = { accept: 'application/json', ...more }
  if (token) headers.authorization = `Bearer ${token}`
  if (body !== undefined) headers['content-type'] = 'application/json'
  const response = await fetch(origin + path, { method, headers, body: JSON.stringify(body) })
  const text = await response.text()
  const answer = text ? JSON.parse(text) : null
  if (!response.ok) throw new ProblemError(method, path, response.status, answer)
  return answer
}

export async function signInStaff({ origin, command }) {
  const email = `sam-${randomBytes(3).toString('hex')}@example.org`
  const password = randomBytes(18).toString('base64url')
  const roles = ['--role', 'specialist', '--role', 'scheduler']
  const added = ['user', 'add', '--org', 'Demo', ...roles, '--email', email, '--name', 'Sam Rivera']
  command([...added, '--password-stdin', '--json'], `${password}\n`)
  const { token } = await call(origin, 'POST', '/v1/auth/sign-in', { body: { email, password } })
  const as = (method, path, body) => call(origin, method, path, { token, body })

  let boss = null
  let meetings = 0
  /** Who supervises Sam and keeps the list of staff, by their requests; Sam has a credential from then on. */
  const overseer = async (sam_id) => {
    if (boss) return boss
    const address = `kim-${randomBytes(3).toString('hex')}@example.org`
    const who = ['--role', 'admin', '--role', 'supervisor', '--email', address, '--name', 'Kim Park']
    command(['user', 'add', '--org', 'Demo', ...who, '--password-stdin', '--json'], `${password}\n`)
    const kim = await call(origin, 'POST', '/v1/auth/sign-in', { body: { email: address, password } })
    boss = (method, path, body) => call(origin, method, path, { token: kim.token, body })
    const { user } = await boss('GET', '/v1/me')
    await boss('POST', '/v1/supervisions', { supervisor_id: user.id, staff_id: sam_id })
    await boss('POST', `/v1/staff/${sam_id}/credentials`, { state: 'NY', type: 'Certified peer support specialist', number: 'P-1',
      issuer: 'State board', issued_on: '2026-01-01', expires_on: '2099-12-31' })
    return boss
  }

  return {
    /** Another phone of a client, by its requests: `(method, path, body) => answer`. */
    async otherPhone(client) {
      const { code } = await as('POST', `/v1/clients/${client.id}/activation-codes`)
      const { token } = await call(origin, 'POST', '/v1/activate', { body: { code, device_name: 'Library tablet' } })
      return (method, path, body) => call(origin, method, path, { token, body })
    },
    /** A client whose local time is in the middle of the day, so that no quiet hours and no midnight interfere. */
    async client({ language = 'en', ...more } = {}) {
      const time_zone = daytimeZone()
      const made = await as('POST', '/v1/clients', {
        preferred_name: 'Robin',
        legal_name: 'Robin Ash',
        time_zone,
        language,
        quiet_hours: null,
        ...more,
      })
      return { ...made, time_zone }
    },
    code: async (client) => (await as('POST', `/v1/clients/${client.id}/activation-codes`)).code,
    item: (client, item) =>
      as('POST', `/v1/clients/${client.id}/agenda-items`, { time_zone: client.time_zone, reminders: [], ...item }),
    cancel: ({ item_id, occurrence_id }) =>
      as('DELETE', `/v1/agenda-items/${item_id}?scope=this&occurrence_id=${encodeURIComponent(occurrence_id)}`),
    agenda: async (client) => {
      const [from, to] = [-1, 2].map((days) => localTime(client.time_zone, Date.now() + days * 86_400_000).slice(0, 10))
      return (await as('GET', `/v1/clients/${client.id}/agenda?from=${from}&to=${to}`)).items
    },
    /** A form of one face and one text, planned for every day. */
    planWords: async (client, at) => {
      const boss = `boss-${randomBytes(3).toString('hex')}@example.org`
      command(['user', 'add', '--org', 'Demo', '--role', 'admin', '--email', boss, '--name', 'Ada Cole', '--password-stdin', '--json'], `${password}\n`)
      const { token } = await call(origin, 'POST', '/v1/auth/sign-in', { body: { email: boss, password } })
      const asAdmin = (path, body) => call(origin, 'POST', path, { token, body })
      const said = (en, es) => ({ en, es })
      const version = {
        schema: { type: 'object', properties: { mood: { type: 'integer', minimum: 0, maximum: 10 }, words: { type: 'string', maxLength: 500 } } },
        ui_schema: { items: [
          { id: 'mood', type: 'faces', label: said('How are you?', '¿Cómo estás?') },
          { id: 'words', type: 'text', label: said('In your own words', 'En tus palabras') },
        ] },
      }
      const form = await asAdmin('/v1/check-in-forms', { name: 'My words', version })
      await asAdmin(`/v1/form-versions/${form.versions[0].id}/publish`)
      const starts_on = localTime(client.time_zone, Date.now()).slice(0, 10)
      return as('POST', `/v1/clients/${client.id}/check-in-schedules`,
        { form_id: form.id, starts_on, at, time_zone: 'client', recurrence: 'FREQ=DAILY', reminder: false })
    },
    /** Plans the daily check-in that every organization has. */
    planCheckIn: async (client, at) => {
      const forms = (await as('GET', '/v1/check-in-forms')).items
      const { id: form_id } = forms.find(({ key }) => key === 'daily')
      const starts_on = localTime(client.time_zone, Date.now()).slice(0, 10)
      return as('POST', `/v1/clients/${client.id}/check-in-schedules`,
        { form_id, starts_on, at, time_zone: 'client', recurrence: 'FREQ=DAILY', reminder: false })
    },
    goals: async (client) => (await as('GET', `/v1/clients/${client.id}/goals`)).items,
    /** A goal by staff is an idea until the client decides. */
    suggestGoal: (client, goal) => as('POST', `/v1/clients/${client.id}/goals`, { life_area: 'community', ...goal }),
    suggestChange: (goal_id, changes, reason) => as('POST', `/v1/goals/${goal_id}/proposals`, { changes, reason }),
    goalProgress: async (goal_id) => (await as('GET', `/v1/goals/${goal_id}/progress`)).items,
    plan: (client, kind) => as('GET', `/v1/clients/${client.id}/plans/${kind}`),
    /** A plan of care that waits for the client's signature. */
    carePlan: async (client, goal_ids) => {
      const services = [{ service_type: 'Peer support, one on one', frequency: 'Once a week' }]
      const effective_on = localTime(client.time_zone, Date.now()).slice(0, 10)
      const { id } = await as('POST', `/v1/clients/${client.id}/care-plans`, { effective_on, goal_ids, services })
      await as('POST', `/v1/care-plans/${id}/submit`)
      return as('POST', `/v1/care-plans/${id}/signatures`, { name: 'Sam Rivera' })
    },
    carePlans: async (client) => (await as('GET', `/v1/clients/${client.id}/care-plans`)).items,
    /** A meeting of 45 minutes that ended a moment ago, and what Sam wrote of it and signed; a goal of the client's is in it. */
    signedNote: async (client, phone, texts) => {
      const { user } = await as('GET', '/v1/me')
      const boss = await overseer(user.id)
      const today = localTime(client.time_zone, Date.now()).slice(0, 10)
      const goal = await phone('POST', `/v1/clients/${client.id}/goals`, { title: 'Walk most mornings', life_area: 'health',
        target: { measure: 'Walks a week', value: 5, unit: 'walks', due: null } })
      const services = [{ service_type: 'Peer support, one on one', frequency: 'Once a week' }]
      const plan = await as('POST', `/v1/clients/${client.id}/care-plans`, { effective_on: today, goal_ids: [goal.id], services })
      await as('POST', `/v1/care-plans/${plan.id}/submit`)
      for (const sign of [as, phone, boss]) await sign('POST', `/v1/care-plans/${plan.id}/signatures`, { name: 'As above' })
      // One after the other: nobody is in two meetings at once.
      const ends = nextMinute(-60 - 3000 * (meetings += 1))
      const session = await as('POST', '/v1/sessions', { client_ids: [client.id], place_of_service: '11',
        starts_at: new Date(ends - 45 * 60_000).toISOString(), ends_at: new Date(ends).toISOString() })
      const draft = await as('POST', `/v1/sessions/${session.id}/notes`, {})
      const body = { texts, goals: [{ goal_id: goal.id, progress: 'some' }], activities: [], risk: { level: 'none' }, confirm: Object.keys(draft.marks) }
      const change = { token, body, more: { 'if-match': `"${draft.version}"` } }
      await call(origin, 'PATCH', `/v1/notes/${draft.id}`, change)
      return (await as('POST', `/v1/notes/${draft.id}/sign`, { name: 'Sam Rivera' })).note
    },
    note: (note_id) => as('GET', `/v1/notes/${note_id}`),
    voidNote: (note_id, reason) => as('POST', `/v1/notes/${note_id}/void`, { reason }),
    helpRequests: async () => (await as('GET', '/v1/help-requests')).items,
    schedules: async (client) => (await as('GET', `/v1/clients/${client.id}/check-in-schedules`)).items,
    checkIns: async (client) => (await as('GET', `/v1/clients/${client.id}/check-ins`)).items,
    sendNow: (client, occurrence) =>
      as('POST', `/v1/occurrences/${encodeURIComponent(occurrence)}/reminders`, { client_ids: [client.id] }),
    reminders: async (client) => {
      const [from, to] = [-1, 2].map((days) => localTime(client.time_zone, Date.now() + days * 86_400_000).slice(0, 10))
      return (await as('GET', `/v1/clients/${client.id}/reminders?from=${from}&to=${to}`)).items
    },
  }
}

const ZONES = ['America/New_York', 'America/Los_Angeles', 'Pacific/Honolulu', 'Pacific/Auckland', 'Asia/Tokyo',
  'Asia/Kolkata', 'Europe/Berlin']

export function daytimeZone(now = Date.now()) {
  return ZONES.find((zone) => {
    const hour = Number(localTime(zone, now).slice(11, 13))
    return hour >= 9 && hour < 18
  })
}

/** `2027-03-08T02:30` in a zone. */
export const localTime = (timeZone, instant) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }).format(instant).replace(' ', 'T')

/** The next full minute that is at least `seconds` away, in milliseconds. */
export const nextMinute = (seconds, now = Date.now()) => Math.ceil((now + seconds * 1000) / 60_000) * 60_000
