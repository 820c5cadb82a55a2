// An invented client's phone at a fixed moment: Saturday, November 21, 2026, 2 PM in New York.
import { readFileSync } from 'node:fs'

export const NOW = Date.parse('2026-11-21T19:00:00Z')
const ZONE = 'America/New_York'
const HOUR = 3_600_000
const DAY = 24 * HOUR
const iso = (time) => new Date(time).toISOString()
const local = (time) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'short' }).format(time).replace(' ', 'T')
const id = (number) => `01900000-0000-7000-8000-${String(number).padStart(12, '0')}`

export const CLIENT = id(1)
export const DAILY = id(21)
// As the server ships them; a copy, so that the pictures do not change with their wording.
const forms = JSON.parse(readFileSync(new URL('stand-in-forms.json', import.meta.url), 'utf8'))

export function data(language) {
  const es = language === 'es'
  let items = 100
  const occurrence = (kind, title, at, more = {}) => {
    const item = id((items += 1))
    const { minutes = 30, ...rest } = more
    return {
      occurrence_id: `${item}.${local(at).replace(/[-:]/g, '')}`,
      item_id: item, kind, title, location: null, notes: null, starts_at: iso(at), starts_at_local: local(at),
      ends_at: iso(at + minutes * 60_000), utc_offset: '-05:00', time_zone: ZONE, duration_minutes: minutes, recurring: false,
      status: 'planned', moved: false, staff: [], response: null, attendance: null, reminder: null, created_by: 'staff', ...rest,
    }
  }
  const ana = { id: id(50), name: 'Ana Ruiz' }
  const done = (at) => ({ response: 'done', note: null, snoozed_until: null, responded_at: iso(at) })
  const agenda = [
    occurrence('routine', es ? 'Caminata de la mañana' : 'Morning walk', NOW - 4 * HOUR,
      { recurring: true, created_by: 'client', response: done(NOW - 3.5 * HOUR) }),
    occurrence('to_do', es ? 'Llamar a la oficina de vivienda' : 'Call the housing office', NOW - 1.5 * HOUR,
      { notes: es ? 'Preguntar por la lista de espera.' : 'Ask about the waiting list.' }),
    occurrence('appointment', es ? 'Café con Ana' : 'Coffee with Ana', NOW + HOUR,
      { minutes: 60, location: 'Blue Door Café, 12 Main St', staff: [ana], notes: es ? 'Trae tu tarjeta del bus.' : 'Bring your bus card.' }),
    occurrence('meeting', es ? 'Grupo de la tarde' : 'Evening group', NOW + 4 * HOUR,
      { minutes: 90, location: es ? 'Salón comunitario' : 'Community room', recurring: true, staff: [{ id: id(51), name: 'Luis Ortega' }] }),
    occurrence('routine', es ? 'Caminata de la mañana' : 'Morning walk', NOW - 4 * HOUR + DAY, { recurring: true, created_by: 'client' }),
    occurrence('appointment', es ? 'Dentista' : 'Dentist', NOW + 2 * HOUR + DAY, { status: 'cancelled', location: 'Riverside Dental' }),
    occurrence('milestone', es ? 'Tres meses en el nuevo apartamento' : 'Three months in the new apartment', NOW + 3 * DAY),
    occurrence('appointment', es ? 'Llamada sobre beneficios' : 'Phone call about benefits', NOW - 2 * HOUR + 5 * DAY,
      { time_zone: 'America/Chicago', moved: true, staff: [ana] }),
  ]
  const moods = [5, 3, 3, null, 1, 3, 5, null, 5, 5, 7, 5, 7, null]
  const urges = [6, 7, 7, null, 9, 8, 6, null, 5, 4, 4, 3, 2, null]
  const dateOf = (index) => local(NOW + (index - 13) * DAY).slice(0, 10)
  const points = (values) => values.map((value, index) => ({ date: dateOf(index), value }))
  const versions = Object.fromEntries(
    ['daily', 'phq9'].map((name, index) => {
      const { ui_schema, schema, scoring } = forms[name]
      return [id(30 + index), { id: id(30 + index), form_id: id(40 + index), number: 1, state: 'published', schema, ui_schema, scoring, languages: ['en', 'es'] }]
    }),
  )
  const schedule = (number, name, at) => ({
    id: id(number), client_id: CLIENT, form_id: id(number + 19), form_name: name === 'daily' ? 'Daily check-in' : 'PHQ-9', form_version_id: id(number + 9), starts_on: '2026-08-01',
    at, time_zone: 'client', recurrence: 'FREQ=DAILY', reminder: true, state: 'active', created_by: 'staff',
  })
  const step = (number, title, done_at = null, due = null) => ({ id: id(number), title, done_at, due, agenda_item_id: null })
  const goal = (number, title, life_area, more) => ({
    id: id(number), client_id: CLIENT, title, why: null, life_area, lifecycle_status: 'active', achievement_status: 'in_progress',
    target: null, steps: [], progress: { value: null, fraction: null, last_at: null, count: 0 }, created_by: 'client',
    open_proposal_id: null, version: 1, created_at: '2026-09-01T12:00:00.000Z', ...more,
  })
  const goals = [
    goal(60, es ? 'Volver a pescar con mi hermano' : 'Go fishing with my brother again', 'community', {
      why: es ? 'Lo extraño, y el río me calma.' : 'I miss him, and the river calms me down.',
      steps: [
        step(61, es ? 'Escribirle un mensaje' : 'Send him a text', '2026-11-10T12:00:00.000Z'),
        step(62, es ? 'Buscar mi caña' : 'Find my fishing rod', '2026-11-16T12:00:00.000Z'),
        step(63, es ? 'Elegir un sábado' : 'Pick a Saturday', null, '2026-11-25'),
        step(64, es ? 'Comprar la licencia' : 'Buy the license'),
      ],
    }),
    goal(65, es ? 'Caminar tres veces por semana' : 'Walk three times a week', 'health', {
      target: { measure: es ? 'Caminatas' : 'Walks', value: 12, unit: es ? 'veces' : 'times', due: '2026-12-31' },
      progress: { value: 7, fraction: 0.58, last_at: '2026-11-20T12:00:00.000Z', count: 7 },
    }),
    goal(66, es ? 'Un lugar propio' : 'A place of my own', 'home', { lifecycle_status: 'completed', achievement_status: 'achieved' }),
  ]
  const proposals = [{
    id: id(70), goal_id: id(71), kind: 'new', state: 'open', proposed_by: ana, created_at: iso(NOW - DAY), decided_at: null,
    changes: { title: es ? 'Conocer la clínica dental gratuita' : 'Try the free dental clinic', life_area: 'health',
      steps: [{ title: es ? 'Llamar el lunes' : 'Call on Monday' }] },
    reason: es ? 'Dijiste que la muela te molesta.' : 'You said your tooth hurts.',
  }]
  const access = (ago, name, role, action, data_class, break_glass = false) =>
    ({ at: iso(NOW - ago), by: { name, roles: [role] }, action, data_class, purpose: 'treatment', break_glass })
  const written = (number, value, note, ago) => ({
    id: id(number), goal_id: id(65), value, note, achievement_status: null, step_id: null, done: null, staff: null,
    recorded_by: 'client', recorded_at: iso(NOW - ago), created_at: iso(NOW - ago),
  })
  const signature = (role, name, ago) => ({ role, name, signed_at: iso(NOW - ago), hash: '0'.repeat(64) })
  const care_plan = {
    id: id(95), client_id: CLIENT, version_number: 1, state: 'awaiting_signatures', effective_on: '2026-12-01', expires_on: '2027-11-30',
    review_due_on: '2027-09-01', service_order: null, content: null, content_hash: null, replaces: null, needs_revision: false, version: 2,
    goals: [{ goal_id: id(65), title: goals[1].title, measure: goals[1].target.measure, value: 12, unit: goals[1].target.unit, due: '2026-12-31' }],
    services: [
      { service_type: es ? 'Apoyo entre pares, individual' : 'Peer support, one on one', frequency: es ? 'Una vez por semana' : 'Once a week' },
      { service_type: es ? 'Apoyo entre pares, en grupo' : 'Peer support, group', frequency: es ? 'Dos veces al mes' : 'Twice a month' },
    ],
    signatures: [signature('specialist', 'Ana Ruiz', DAY)], created_at: iso(NOW - DAY), submitted_at: iso(NOW - DAY), in_force_at: null,
  }
  const line = (part, label, text) => ({ part, label, text })
  const said = (number, kind, name, text, ago) =>
    ({ number, kind, author_id: CLIENT, name, text, at: iso(NOW - ago), hash: '0'.repeat(64) })
  const note = (number, days, template_key, sections, more = {}) => ({
    id: id(number), session_id: id(number + 100), client_id: CLIENT, author_id: ana.id, template_version_id: id(98), template_id: id(97),
    template_key, template_name: template_key, author_name: ana.name, state: 'cosigned', service_date: dateOf(13 - days), late_entry: false,
    starts_at: iso(NOW - days * DAY), signed_at: iso(NOW - days * DAY + 2 * HOUR), voided_at: null, returned_at: null, replaces_note_id: null,
    version: 3, created_at: iso(NOW - days * DAY), updated_at: iso(NOW - days * DAY), texts: {}, goals: [], activities: [], risk: null, answers: {},
    marks: {}, sections, content: JSON.stringify({ session: { minutes: 45 } }), content_hash: '0'.repeat(64), addenda: [], comments: [],
    void_reason: null, signatures: [signature('author', ana.name, (days - 0.1) * DAY), signature('cosigner', 'Kim Park', (days - 0.5) * DAY)], ...more,
  })
  const goal_lines = [
    line('texts.purpose', es ? 'Para qué se reunieron' : 'What the meeting was for', es ? 'La reunión de cada semana.' : 'Our weekly meeting.'),
    line('goals', es ? 'Meta' : 'Goal', `${goals[1].title}: ${es ? 'algo de avance' : 'some progress'}.`),
  ]
  const notes = [
    note(400, 1, 'girp', [
      { id: 'goal', label: es ? 'Meta' : 'Goal', lines: goal_lines },
      { id: 'intervention', label: es ? 'Intervención' : 'Intervention', lines: [line('texts.intervention', es ? 'Lo que se hizo' : 'What was done',
        es ? 'Vimos juntos la carta de la vivienda. Conté cómo hice yo mi primera llamada.' : 'We read the housing letter together. I told how I made my own first call.')] },
      { id: 'response', label: es ? 'Respuesta' : 'Response', lines: [line('texts.response', es ? 'Respuesta de la persona' : "The person's response",
        es ? 'Sam dijo que se siente más tranquilo así.' : 'Sam said that it feels less hard this way.')] },
      { id: 'plan', label: 'Plan', lines: [line('texts.plan', es ? 'Siguiente paso' : 'Next step',
        es ? 'Sam llama el lunes. Nos vemos el martes.' : 'Sam calls on Monday. We meet on Tuesday.')] },
    ], {
      state: 'awaiting_cosign', signatures: [signature('author', ana.name, 20 * HOUR)],
      addenda: [said(1, 'client_words', 'Sam', es ? 'Fue mi vecina quien vio la carta primero.' : 'It was my neighbor who saw the letter first.', 3 * HOUR)],
    }),
    note(401, 6, 'group', [{ id: 'group', label: es ? 'El grupo' : 'The group', lines: [line('answers.topic', es ? 'Tema' : 'Topic', es ? 'Dormir mejor.' : 'How to sleep well.')] }], {
      author_name: 'Luis Ortega', late_entry: true,
      signatures: [signature('author', 'Luis Ortega', 5 * DAY), signature('client', 'Sam Ash', 4 * DAY)],
      addenda: [said(1, 'correction', 'Luis Ortega', es ? 'El grupo duró una hora.' : 'The group took an hour.', 4.5 * DAY)],
    }),
    note(402, 10, 'intake', [{ id: 'did', label: es ? 'Lo que hicimos' : 'What we did', lines: [line('texts.intervention', es ? 'Lo que se hizo' : 'What was done', es ? 'Un paseo por el río.' : 'A walk by the river.')] }], {
      state: 'voided', voided_at: iso(NOW - 9 * DAY), void_reason: es ? 'El día no era ese.' : 'It had the wrong day.',
    }),
  ]
  const plan = (sections) => ({ sections, version: 3, updated_at: iso(NOW - 3 * DAY) })
  const safety = plan([
    { key: 'warning_signs', shared: true, text: es ? 'No duermo.\nDejo de contestar mensajes.' : 'I stop sleeping.\nI stop answering texts.' },
    { key: 'coping', shared: false, text: es ? 'Caminar al río.\nMúsica con audífonos.' : 'Walk to the river.\nMusic with headphones.' },
    { key: 'people_and_places', shared: false, text: '' },
    { key: 'people_to_ask', shared: true, text: es ? 'Mi hermano Tom: 555-201-3344\nMaria de al lado' : 'My brother Tom: 555-201-3344\nMaria next door' },
    { key: 'professionals', shared: true, text: 'Ana Ruiz (555) 201-3350\n988' },
    { key: 'safer_surroundings', shared: false, text: '' },
    { key: 'reasons', shared: false, text: es ? 'Mi perra Luna. El río en mayo.' : 'My dog Luna. The river in May.' },
  ])
  return {
    client: {
      id: CLIENT, preferred_name: 'Sam', time_zone: ZONE, language, quiet_hours: { from: '21:00', to: '08:00' }, daily_cap: null,
      notification_detail: 'none', paused_until: null, has_device: true, version: 4, created_at: '2026-08-01T12:00:00.000Z',
    },
    agenda,
    deliveries: { d1: agenda[2], d2: agenda[1] },
    schedules: [schedule(21, 'daily', '18:00'), schedule(22, 'phq9', '10:00')],
    versions,
    check_ins: moods.flatMap((mood, index) => mood === null ? [] : [{
      id: id(200 + index), client_id: CLIENT, form_id: id(40), form_version_id: id(30), schedule_id: DAILY, occurrence_id: null,
      local_date: dateOf(index), answers: { mood, craving: urges[index] }, answered_at: iso(NOW + (index - 13) * DAY), received_at: iso(NOW + (index - 13) * DAY),
      language, score: null, recorded_by: 'client', safety: null,
    }]).reverse(),
    progress: { series: [{ measure: 'mood', unit: '0-10', every_day: true, points: points(moods) }], goals: [], days_shown_up: 23 },
    goals,
    proposals,
    plans: { safety, wellness: plan([{ key: 'toolbox', shared: true, text: es ? 'El río. Cocinar. Luna.' : 'The river. Cooking. Luna.' }]) },
    access: [
      access(5 * HOUR, 'Ana Ruiz', 'specialist', 'read', 'check_ins'),
      access(5 * HOUR + 60_000, 'Ana Ruiz', 'specialist', 'read', 'goals'),
      access(DAY, 'Ana Ruiz', 'specialist', 'create', 'goal_proposal'),
      access(2 * DAY, 'Kim Park', 'supervisor', 'read', 'goals'),
      access(6 * DAY, 'Ada Stone', 'admin', 'read', 'client', true),
      access(9 * DAY, 'Lee Chan', 'scheduler', 'read', 'agenda'),
    ],
    care_plans: [care_plan],
    notes,
    demo: false,
    help_requests: [],
    help_request: (number) => ({
      id: number, client_id: CLIENT, state: 'open', message: null, created_at: iso(NOW), due_at: iso(NOW + HOUR), staffed: true,
      notice: es
        ? 'Tu equipo puede ver esto ahora. La respuesta puede tardar un poco. Si no puedes esperar, usa Ayuda ahora.'
        : "Your team can see this now. An answer can still take a while. If you can't wait, use Get help now.",
    }),
    crisis_resources: [
      { id: 'call_988', action: 'call', address: '988', name: { en: 'Call 988', es: 'Llama al 988' }, hint: { en: 'Day and night.', es: 'De día y de noche.' } },
      { id: 'river', action: 'call', address: '555-201-0100', name: { en: 'River County line', es: 'Línea del condado River' },
        hint: { en: 'Someone from here, 8 AM to 8 PM.', es: 'Alguien de aquí, de 8 a 20 horas.' } },
    ],
    goal_progress: [
      written(90, 3, null, DAY), written(91, 2, es ? 'Fui con mi vecina.' : 'I went with my neighbor.', 4 * DAY),
      written(92, 2, null, 9 * DAY), written(93, null, es ? 'Llovió toda la semana.' : 'It rained all week.', 16 * DAY), written(94, 1, null, 20 * DAY),
    ],
    sign_ins: [
      { id: id(80), device_name: es ? 'Teléfono Android' : 'Android phone', created_at: iso(NOW - 90 * DAY), last_used_at: iso(NOW), current: true },
      { id: id(81), device_name: es ? 'Tableta de la biblioteca' : 'Library tablet', created_at: iso(NOW - 20 * DAY), last_used_at: iso(NOW - 12 * DAY), current: false },
    ],
  }
}
