import { Refused, Unreachable, type Occurrence } from '@cairn/api';
import { beforeEach, expect, it, vi } from 'vitest';
import { wipe, writeValue, type PendingAnswer } from './db';
import { enqueue, flush, pendingAnswers, type SendAnswer } from './outbox';

const NOW = Date.parse('2026-11-21T19:00:00Z');
const MINUTE = 60_000;
const occurrence = { occurrence_id: 'a.20261121T1500' } as Occurrence;

/** A server that counts each key once, as the real one does. */
function server() {
  const applied = new Map<string, string>();
  const send = vi.fn<SendAnswer>(async (answer: PendingAnswer) => {
    const body = JSON.stringify(answer.body);
    const before = applied.get(answer.key);
    if (before !== undefined && before !== body) throw new Refused(422, {}, null);
    applied.set(answer.key, body);
    return { ...occurrence, occurrence_id: answer.occurrence_id };
  });
  return { applied, send };
}

const going = () => enqueue('a.20261121T1500', { response: 'confirmed' }, 'me', NOW);

beforeEach(async () => {
  await wipe();
  await writeValue('owner', 'me');
});

it('keeps the same answer given twice once', async () => {
  expect(await going()).toBe(true);
  expect(await going()).toBe(false);
  expect(await pendingAnswers()).toHaveLength(1);
});

it('sends once when flushed from several places at a time', async () => {
  const { send } = server();
  await going();
  expect(await Promise.all([flush(send), flush(send), flush(send)])).toEqual([
    'empty',
    'empty',
    'empty',
  ]);
  expect(send).toHaveBeenCalledTimes(1);
  expect(await pendingAnswers()).toEqual([]);
});

it('repeats an answer whose reply was lost with the same key and body', async () => {
  const { applied, send } = server();
  await enqueue('a', { response: 'snoozed', snooze_minutes: 30 }, 'me', NOW);
  const lossy: SendAnswer = async (answer) => {
    await send(answer);
    throw new Unreachable('the reply was lost');
  };
  expect(await flush(lossy, NOW + 10 * MINUTE)).toBe('waiting');
  expect(await flush(send, NOW + 60 * MINUTE)).toBe('empty');
  expect([...applied.values()]).toEqual([
    '{"response":"snoozed","snooze_minutes":20,"answered_at":"2026-11-21T19:00:00.000Z"}',
  ]);
});

it('lets a changed mind replace an answer that no request has carried', async () => {
  const { send } = server();
  await going();
  await enqueue('a.20261121T1500', { response: 'declined' }, 'me', NOW);
  await flush(send, NOW);
  expect(send.mock.calls.map(([answer]) => answer.body.response)).toEqual(['declined']);
});

it('sends both in order when the first may have arrived', async () => {
  const { send } = server();
  await going();
  await flush(async () => {
    throw new Unreachable('gone');
  });
  await enqueue('a.20261121T1500', { response: 'declined' }, 'me', NOW);
  await flush(send, NOW);
  expect(send.mock.calls.map(([answer]) => answer.body.response)).toEqual([
    'confirmed',
    'declined',
  ]);
});

it('never sends a snooze shorter than the server takes', async () => {
  const { send } = server();
  await enqueue('a', { response: 'snoozed', snooze_minutes: 30 }, 'me', NOW);
  await flush(send, NOW + 600 * MINUTE);
  expect(send.mock.calls[0]?.[0].body.snooze_minutes).toBe(5);
});

it('keeps everything when the sign-in has ended, and sends it after the next one', async () => {
  const { send } = server();
  await going();
  await enqueue('b', { response: 'help' }, 'me', NOW);
  expect(
    await flush(async () => {
      throw new Refused(401, {}, null);
    }),
  ).toBe('ended');
  expect(await pendingAnswers()).toHaveLength(2);
  expect(await flush(send)).toBe('empty');
  expect(send).toHaveBeenCalledTimes(2);
});

it('keeps an answer that the server refuses for the person to see, and goes on with the next', async () => {
  const { send } = server();
  await going();
  await enqueue('b', { response: 'done' }, 'me', NOW);
  await flush(async (answer) => {
    if (answer.occurrence_id !== 'b') throw new Refused(409, { code: 'cancelled' }, null);
    return send(answer);
  });
  const left = await pendingAnswers();
  expect(left.map((answer) => answer.refused)).toEqual(['cancelled']);
  await flush(send);
  expect(send).toHaveBeenCalledTimes(1);
});

it('waits when the server asks for patience', async () => {
  await going();
  const busy: SendAnswer = async () => {
    throw new Refused(429, {}, 5);
  };
  expect(await flush(busy)).toBe('waiting');
  expect(await pendingAnswers()).toHaveLength(1);
});

it('never sends what another person left on this phone', async () => {
  const { send } = server();
  await enqueue('a', { response: 'help' }, 'someone-else', NOW);
  await flush(send);
  expect(send).not.toHaveBeenCalled();
});

it('tells when a late answer was given, and nothing of one that goes at once', async () => {
  const { send } = server();
  await going();
  await flush(send, NOW + 5_000);
  await enqueue('b', { response: 'done' }, 'me', NOW);
  await flush(send, NOW + 120 * MINUTE);
  expect(send.mock.calls.map(([answer]) => answer.body.answered_at)).toEqual([
    undefined,
    '2026-11-21T19:00:00.000Z',
  ]);
});

it('sends an answer without its time when the clock of the phone is wrong', async () => {
  await going();
  const strict = vi.fn<SendAnswer>(async (answer) => {
    if (answer.body.answered_at) {
      throw new Refused(
        422,
        { errors: [{ field: 'answered_at', code: 'in_the_future', message: '' }] },
        null,
      );
    }
    return occurrence;
  });
  expect(await flush(strict, NOW + 120 * MINUTE)).toBe('waiting');
  expect(await flush(strict, NOW + 121 * MINUTE)).toBe('empty');
  const keys = strict.mock.calls.map(([answer]) => answer.key);
  expect(keys[0]).not.toBe(keys[1]);
});
