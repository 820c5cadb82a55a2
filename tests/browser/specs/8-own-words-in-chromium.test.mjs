// What a person writes and decides, on the real server, by touch and by the keyboard alone: goals, ideas of the team, the
// own plans, the plan of care, progress, who looked, asking for help. What the team does shows up without a reload.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { axeViolations } from '../harness/axe.mjs'
import { press, tabTo, tap, write } from '../harness/hands.mjs'
import { openPhoneWorld } from '../harness/phone.mjs'
import { until } from '../harness/wait.mjs'

let world

before(async () => {
  world = await openPhoneWorld('own-words', { watch: true })
})
after(() => world?.close())

/** Nothing on this screen is in anybody's way, in either theme, and nothing strange was asked for. */
async function looksRight(page) {
  for (const value of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value }, { name: 'prefers-reduced-motion', value: 'reduce' }])
    assert.deepEqual(await axeViolations(page), [], value)
  }
  assert.deepEqual(world.watch.found, [])
}

const button = (text) => `::-p-aria([name="${text}"][role="button"])`

test('a goal by touch: written, counted, gone for step by step, reached', () =>
  world.run(async () => {
    const { client, page, app } = await world.activated()
    await app.follow('nav_goals')
    await tap(page, 'a[href="/app/goals/new"]')
    await write(page, '#goal-title', 'Walk most mornings')
    await tap(page, 'label:has(#area-health)')
    await write(page, '#step-0', 'Shoes by the door')
    await tap(page, button(app.say('goal_step_add')))
    await write(page, '#step-1', 'Walk to the corner')
    await tap(page, 'details > summary')
    await write(page, '#goal-measure', 'Walks a week')
    await write(page, '#goal-value', '5')
    await write(page, '#goal-unit', 'walks')
    await looksRight(page)
    await tap(page, button(app.say('save')))
    await app.sees('Walk most mornings')

    const [goal] = await world.staff.goals(client)
    assert.deepEqual([goal.title, goal.lifecycle_status, goal.created_by], ['Walk most mornings', 'active', 'client'])
    assert.deepEqual(goal.target, { measure: 'Walks a week', value: 5, unit: 'walks', due: null })
    assert.deepEqual(goal.steps.map(({ title }) => title), ['Shoes by the door', 'Walk to the corner'])

    await tap(page, `a[href="/app/goals/${goal.id}"]`)
    await tap(page, '.steps li:nth-of-type(1) button')
    await until(async () => (await world.staff.goals(client))[0].steps[0].done_at, 'the step to be done')
    await tap(page, button(app.say('progress_add')))
    await write(page, '#value', '3,5')
    await write(page, '#note', 'The dog came too')
    await tap(page, button(app.say('save')))
    await app.sees('The dog came too')
    const [written, ...more] = await world.staff.goalProgress(goal.id)
    assert.deepEqual([written.value, written.note, more], [3.5, 'The dog came too', []])
    await looksRight(page)

    await tap(page, '.steps li:nth-of-type(2) button')
    await app.sees('goal_all_steps')
    await tap(page, button(app.say('goal_finish')))
    await app.sees('goal_done_cheer')
    const [reached] = await world.staff.goals(client)
    assert.equal(reached.lifecycle_status, 'completed')
    await page.close()
  }))

test('a goal by the keyboard alone, and what is missing is said at its place', () =>
  world.run(async () => {
    const { client, page, app } = await world.activated()
    await app.open('/app/goals')
    await press(page, 'a[href="/app/goals/new"]')
    await tabTo(page, '#goal-title')
    await page.keyboard.type('Call my brother')
    await page.keyboard.press('Enter')
    await app.sees('goal_area_needed')
    await page.keyboard.press('Space')
    await press(page, 'summary', 'Space')
    await tabTo(page, '#goal-measure')
    await page.keyboard.type('Calls')
    await page.keyboard.press('Enter')
    await app.sees('goal_target_needed')
    await tabTo(page, '#goal-value')
    await page.keyboard.type('1')
    await tabTo(page, '#goal-unit')
    await page.keyboard.type('call a week')
    await page.keyboard.press('Enter')
    await app.sees('Call my brother')
    const [goal] = await world.staff.goals(client)
    assert.deepEqual([goal.title, goal.life_area, goal.target.unit], ['Call my brother', 'health', 'call a week'])
    await page.close()
  }))

test('ideas of the team come without a reload; one is taken by touch, one is left by keyboard', () =>
  world.run(async () => {
    const { client, page, app } = await world.activated()
    await app.open('/app/goals')
    await app.heading(app.say('nav_goals'))
    await until(() => world.front.requests.some(({ path, status }) => path === '/v1/events' && status === 200), 'the stream of news')
    await world.staff.suggestGoal(client, { title: 'Try the art group', why: 'You said that you draw', steps: [{ title: 'Look at the room' }] })
    await app.sees('Try the art group')
    for (const part of ['You said that you draw', 'Look at the room']) assert.ok((await app.text()).includes(part), part)
    await looksRight(page)
    await app.press('proposal_accept')
    await app.sees('proposal_accepted')
    const [goal] = await world.staff.goals(client)
    assert.equal(goal.lifecycle_status, 'accepted')

    const [step] = goal.steps
    await world.staff.suggestChange(goal.id, { title: 'Go to the art group', steps: [{ id: step.id, title: 'Look at the room with Sam' }, { title: 'Stay for half an hour' }] }, 'You liked it')
    await app.sees('Go to the art group')
    for (const part of ['You liked it', 'Look at the room with Sam', 'Stay for half an hour']) assert.ok((await app.text()).includes(part), part)
    await press(page, button(app.say('proposal_decline')).replace('::-p-aria', 'article button:nth-of-type(2)').replace(/\(\[.*$/, ''))
    await app.sees('proposal_declined')
    const [after] = await world.staff.goals(client)
    assert.deepEqual([after.title, after.open_proposal_id], ['Try the art group', null])
    await page.close()
  }))

test('the safety plan: mine alone until I share a part, there without a network, and two phones lose nothing', () =>
  world.run(async () => {
    const { client, page, app } = await world.activated()
    const other = await world.staff.otherPhone(client)
    const plan = `/v1/clients/${client.id}/plans/safety`
    const part = (nth) => `main ol > li:nth-of-type(${nth})`
    await app.open('/app/plan/safety')
    await tap(page, `${part(2)} .button`)
    await write(page, 'textarea', 'Walk to the river')
    await tap(page, button(app.say('save')))
    await app.sees('Walk to the river')
    await tap(page, `${part(4)} .button`)
    await write(page, 'textarea', 'My sister: 555-201-3344')
    await tap(page, button(app.say('save')))
    await page.waitForSelector('a[href="tel:5552013344"]')
    await looksRight(page)
    const shown = async () => Object.fromEntries((await world.staff.plan(client, 'safety')).sections.map(({ key, text }) => [key, text]))
    assert.ok(!Object.values(await shown()).some(Boolean), 'nothing is shared yet')
    await tap(page, `${part(4)} input[type=checkbox]`)
    await until(async () => (await shown()).people_to_ask === 'My sister: 555-201-3344', 'the shared part to be seen')
    assert.ok(!(await shown()).coping, 'and no other')

    await world.phone.inCharge(page)
    await page.reload()
    await until(() => world.front.requests.some(({ path, status }) => path === plan && status === 304), 'the copy to be found still good')
    await world.front.cut()
    await page.setOfflineMode(true)
    await page.reload()
    await app.sees('Walk to the river')
    await press(page, `${part(2)} .head button`)
    await tabTo(page, 'textarea')
    await page.keyboard.press('End')
    await page.keyboard.type(', then call')
    await press(page, `${part(2)} .two button:nth-of-type(1)`)
    await app.sees('answer_queued')

    // Meanwhile the other phone writes another part.
    await world.front.restore()
    const now = await other('GET', plan)
    const sections = now.sections.map(({ key, text, shared }) => ({ key, shared, text: key === 'reasons' ? 'My dog Luna' : text }))
    await other('PUT', plan, { sections })
    await page.setOfflineMode(false)
    const text = async (key) => (await other('GET', plan)).sections.find((one) => one.key === key).text
    await until(async () => (await text('coping')) === 'Walk to the river, then call', 'what was written here')
    assert.equal(await text('reasons'), 'My dog Luna', 'what was written there is still there')
    await app.sees('My dog Luna')
    await page.close()
  }))

test('a plan of care is read and signed, by keyboard, by nobody else', () =>
  world.run(async () => {
    const { client, page, app } = await world.activated()
    const phone = await world.staff.otherPhone(client)
    const { id } = await phone('POST', `/v1/clients/${client.id}/goals`, {
      title: 'Walk most mornings', life_area: 'health', target: { measure: 'Walks a week', value: 5, unit: 'walks', due: null },
    })
    await world.staff.carePlan(client, [id])
    await app.open('/app/care-plan')
    await app.sees('care_plan_turn')
    for (const part of ['Sam Rivera', 'Walk most mornings', 'Once a week']) await app.sees(part)
    await looksRight(page)
    await tabTo(page, '#sign-name')
    await page.keyboard.press('Enter')
    await app.sees('care_plan_needed')
    await page.keyboard.type('Robin Ash')
    await press(page, 'form input[type=checkbox]', 'Space')
    await press(page, 'form .button.primary')
    await app.sees('care_plan_thanks')
    await until(async () => !(await app.text()).includes(app.say('care_plan_turn')), 'the form to be gone')
    const [plan] = await world.staff.carePlans(client)
    assert.deepEqual(plan.signatures.map(({ role, name }) => [role, name]), [['specialist', 'Sam Rivera'], ['client', 'Robin Ash']])
    await page.close()
  }))

test('progress shows the days that were told, as a picture and as a table, and leaves the others blank', () =>
  world.run(async () => {
    const { client, page, app } = await world.activated()
    const phone = await world.staff.otherPhone(client)
    const schedule = await world.staff.planCheckIn(client, '10:00')
    const moods = { 1: 7, 2: 6, 4: 3, 6: 2 }
    for (const [days, mood] of Object.entries(moods)) {
      await phone('POST', `/v1/clients/${client.id}/check-ins`, {
        id: crypto.randomUUID(), form_version_id: schedule.form_version_id, answered_at: new Date(Date.now() - days * 86_400_000).toISOString(),
        answers: { mood, craving: 9 - mood },
      })
    }
    await app.open('/app/progress')
    await page.waitForSelector('#mood')
    await until(async () => (await page.$$('section[aria-labelledby="mood"] ellipse')).length === 4, 'four days on the picture')
    assert.equal((await page.$$('section[aria-labelledby="craving"] ellipse')).length, 4)
    await press(page, 'section[aria-labelledby="mood"] summary')
    const rows = await page.$$eval('section[aria-labelledby="mood"] tbody tr', (all) => all.map(({ innerText }) => innerText))
    assert.deepEqual(rows.map((row) => Number(/\t(\d+)/.exec(row)[1])), [7, 6, 3, 2])
    assert.ok((await app.text()).includes(`4\n${app.say('days_shown_up')[0].match['n=other']}`))
    await looksRight(page)
    await page.close()
  }))

test('who looked is told with name, role and what for', () =>
  world.run(async () => {
    const { client, page, app } = await world.activated()
    await world.staff.goals(client)
    await world.staff.plan(client, 'wellness')
    await app.open('/app/privacy')
    await app.sees('Sam Rivera')
    for (const key of ['role_specialist', 'looked_goals', 'looked_profile']) await app.sees(key)
    await looksRight(page)
    await page.close()
  }))

test('asking the team to reach out is one request, even when it was asked with no network', () =>
  world.run(async () => {
    const { client, page, app } = await world.activated()
    await world.phone.inCharge(page)
    await world.front.cut()
    await page.setOfflineMode(true)
    await app.open('/app/help')
    await press(page, '[aria-labelledby="mine"] button')
    await app.sees('ask_team_waiting')
    await world.front.restore()
    await page.setOfflineMode(false)
    const mine = async () => (await world.staff.helpRequests()).filter(({ client_id }) => client_id === client.id)
    await until(async () => (await mine()).length === 1, 'the request to arrive')
    await app.sees('ask_team_sent')
    await looksRight(page)
    assert.equal((await mine()).length, 1)
    await page.close()
  }))
