import type { Client, Occurrence } from '@cairn/api';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { wipe } from '../core/db';
import { answerDeed, enqueue } from '../core/outbox';
import { outbox } from '../core/outbox.svelte';
import { agenda } from '../features/agenda/agenda.svelte';
import { recent } from '../features/checkins/checkins.svelte';
import { session } from '../features/identity/session.svelte';
import { followBadge } from './badge.svelte';

const client = { id: 'c1', language: 'en', time_zone: 'America/New_York' } as Client;
const today = new Date().toISOString();
const yesterday = new Date(Date.now() - 86_400_000).toISOString();
const item = (occurrence_id: string, more: object = {}) =>
  ({ occurrence_id, kind: 'routine', status: 'planned', starts_at: today, ...more }) as Occurrence;

const set = vi.fn(async () => undefined);
const clear = vi.fn(async () => undefined);
let stop = () => {};

beforeEach(async () => {
  await wipe();
  await outbox.reload();
  await session.accept(client);
  recent.value = [];
  Object.assign(navigator, { setAppBadge: set, clearAppBadge: clear });
  vi.clearAllMocks();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

it('counts what waits today for an answer, and nothing else', async () => {
  agenda.value = [
    item('a'),
    item('b'),
    item('said', { response: { response: 'done' } }),
    item('gone', { status: 'cancelled' }),
    item('old', { starts_at: yesterday }),
    item('asked', { kind: 'check_in', check_in_schedule_id: 's1' }),
  ];
  stop = followBadge();
  flushSync();
  expect(set).toHaveBeenLastCalledWith(3);

  // Answered on this phone counts, though the server has not heard.
  await enqueue(answerDeed('a', { response: 'done' }), 'c1');
  await outbox.reload();
  const local_date = new Date().toLocaleDateString('en-CA', { timeZone: client.time_zone });
  recent.value = [{ local_date, schedule_id: 's1', answers: {} }] as never;
  flushSync();
  expect(set).toHaveBeenLastCalledWith(1);

  await enqueue(answerDeed('b', { response: 'declined' }), 'c1');
  await outbox.reload();
  flushSync();
  expect(clear).toHaveBeenCalled();
});

it('goes with the person, and does without on a phone that has none', () => {
  agenda.value = [item('a')];
  stop = followBadge();
  flushSync();
  expect(set).toHaveBeenLastCalledWith(1);
  stop();
  expect(clear).toHaveBeenCalledTimes(1);
  Object.assign(navigator, { setAppBadge: undefined, clearAppBadge: undefined });
  stop = followBadge();
  expect(() => flushSync()).not.toThrow();
});

it('does not count the plans of a day that is over', () => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  agenda.value = [item('a')];
  stop = followBadge();
  flushSync();
  expect(set).toHaveBeenLastCalledWith(1);
  vi.advanceTimersByTime(2 * 86_400_000);
  flushSync();
  expect(clear).toHaveBeenCalledTimes(1);
});
