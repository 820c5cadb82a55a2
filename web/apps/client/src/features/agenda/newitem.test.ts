import { expect, it } from 'vitest';
import { firstDraft, toRequest } from './newitem';

it('proposes the next hour, or tomorrow morning when the day is over', () => {
  expect(firstDraft('2026-11-21', 14)).toMatchObject({ date: '2026-11-21', time: '15:00' });
  expect(firstDraft('2026-11-21', 8)).toMatchObject({ time: '09:00' });
  expect(firstDraft('2026-11-30', 22)).toMatchObject({ date: '2026-12-01', time: '09:00' });
});

it('asks for one thing once, with its reminder', () => {
  const draft = { ...firstDraft('2026-11-21', 14), title: ' Walk ' };
  expect(toRequest(draft)).toEqual({
    kind: 'routine',
    title: 'Walk',
    starts_at_local: '2026-11-21T15:00',
    time_zone: 'client',
    reminders: [{ minutes_before: 10 }],
  });
});

it('begins a plan for weekdays on a weekday', () => {
  const draft = { ...firstDraft('2026-11-21', 9), title: 'x', repeat: 'weekdays' as const };
  expect(toRequest(draft)).toMatchObject({
    starts_at_local: '2026-11-23T10:00',
    recurrence: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  });
  expect(toRequest({ ...draft, date: '2026-11-24', remind: 'none' })).toMatchObject({
    starts_at_local: '2026-11-24T10:00',
    reminders: [],
  });
});
