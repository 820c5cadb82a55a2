import { Refused, Unreachable, type NewResponse, type Occurrence } from '@cairn/api';
import { beforeEach, expect, it, vi } from 'vitest';
import { wipe, writeValue, type Waiting } from './db';
import { answerDeed, enqueue, flush, takeBack, waitingDeeds, type Send } from './outbox';

const NOW = Date.parse('2026-11-21T19:00:00Z');
const MINUTE = 60_000;
const occurrence = { occurrence_id: 'a.20261121T1500' } as Occurrence;

/** A server that counts each key once, as the real one does. */
function server() {
  const applied = new Map<string, string>();
  const send = vi.fn<Send>(async (answer: Waiting) => {
    const body = JSON.stringify(answer.request.body);
    const before = applied.get(answer.key);
    if (before !== undefined && before !== body) throw new Refused(422, {}, null);
    applied.set(answer.key, body);
    return { ...occurrence, occurrence_id: answer.subject };
  });
  return { applied, send };
}

const said = (waiting: Waiting | undefined) => waiting?.request.body as NewResponse;

const going = () => enqueue(answerDeed('a.20261121T1500', { response: 'confirmed' }), 'me', NOW);

beforeEach(async () => {
  await wipe();
  await writeValue('owner', 'me');
});

it('keeps the same answer given twice once', async () => {
  expect(await going()).toBe(true);
  expect(await going()).toBe(false);
  expect(await waitingDeeds()).toHaveLength(1);
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
  expect(await waitingDeeds()).toEqual([]);
});

it('repeats an answer whose reply was lost with the same key and body', async () => {
  const { applied, send } = server();
  await enqueue(answerDeed('a', { response: 'snoozed', snooze_minutes: 30 }), 'me', NOW);
  const lossy: Send = async (answer) => {
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
  await enqueue(answerDeed('a.20261121T1500', { response: 'declined' }), 'me', NOW);
  await flush(send, NOW);
  expect(send.mock.calls.map(([answer]) => said(answer).response)).toEqual(['declined']);
});

it('sends both in order when the first may have arrived', async () => {
  const { send } = server();
  await going();
  await flush(async () => {
    throw new Unreachable('gone');
  });
  await enqueue(answerDeed('a.20261121T1500', { response: 'declined' }), 'me', NOW);
  await flush(send, NOW);
  expect(send.mock.calls.map(([answer]) => said(answer).response)).toEqual([
    'confirmed',
    'declined',
  ]);
});

it('never sends a snooze shorter than the server takes', async () => {
  const { send } = server();
  await enqueue(answerDeed('a', { response: 'snoozed', snooze_minutes: 30 }), 'me', NOW);
  await flush(send, NOW + 600 * MINUTE);
  expect(said(send.mock.calls[0]?.[0]).snooze_minutes).toBe(5);
});

it('keeps everything when the sign-in has ended, and sends it after the next one', async () => {
  const { send } = server();
  await going();
  await enqueue(answerDeed('b', { response: 'help' }), 'me', NOW);
  expect(
    await flush(async () => {
      throw new Refused(401, {}, null);
    }),
  ).toBe('ended');
  expect(await waitingDeeds()).toHaveLength(2);
  expect(await flush(send)).toBe('empty');
  expect(send).toHaveBeenCalledTimes(2);
});

it('keeps an answer that the server refuses for the person to see, and goes on with the next', async () => {
  const { send } = server();
  await going();
  await enqueue(answerDeed('b', { response: 'done' }), 'me', NOW);
  await flush(async (answer) => {
    if (answer.subject !== 'b') throw new Refused(409, { code: 'cancelled' }, null);
    return send(answer);
  });
  const left = await waitingDeeds();
  expect(left.map((answer) => answer.refused)).toEqual(['cancelled']);
  await flush(send);
  expect(send).toHaveBeenCalledTimes(1);
});

it('waits when the server asks for patience', async () => {
  await going();
  const busy: Send = async () => {
    throw new Refused(429, {}, 5);
  };
  expect(await flush(busy)).toBe('waiting');
  expect(await waitingDeeds()).toHaveLength(1);
});

it('never sends what another person left on this phone', async () => {
  const { send } = server();
  await enqueue(answerDeed('a', { response: 'help' }), 'someone-else', NOW);
  await flush(send);
  expect(send).not.toHaveBeenCalled();
});

it('tells when a late answer was given, and nothing of one that goes at once', async () => {
  const { send } = server();
  await going();
  await flush(send, NOW + 5_000);
  await enqueue(answerDeed('b', { response: 'done' }), 'me', NOW);
  await flush(send, NOW + 120 * MINUTE);
  expect(send.mock.calls.map(([answer]) => said(answer).answered_at)).toEqual([
    undefined,
    '2026-11-21T19:00:00.000Z',
  ]);
});

it('sends an answer without its time when the clock of the phone is wrong', async () => {
  await going();
  const strict = vi.fn<Send>(async (answer) => {
    if (said(answer).answered_at) {
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

it('keeps things of different kinds apart, even about the same subject', async () => {
  await going();
  const step = {
    kind: 'step' as const,
    subject: 'a.20261121T1500',
    request: { method: 'POST' as const, path: '/v1/x', body: { done: true } },
  };
  await enqueue(step, 'me', NOW);
  expect(await waitingDeeds()).toHaveLength(2);
});

it('takes back only what no request has carried, or what was refused', async () => {
  await going();
  const seq = (await waitingDeeds())[0]?.seq ?? -1;
  await flush(async () => {
    throw new Unreachable('gone');
  });
  expect(await takeBack(seq)).toBe(false);
  await flush(async () => {
    throw new Refused(409, { code: 'cancelled' }, null);
  });
  expect(await takeBack(seq)).toBe(true);
  expect(await waitingDeeds()).toEqual([]);
});

it('dates a check-in by the server when the clock of the phone is wrong, and only once', async () => {
  const body = { id: 'c', answered_at: '2031-01-01T00:00:00.000Z' };
  const request = { method: 'POST' as const, path: '/v1/check-ins', body };
  await enqueue({ kind: 'check_in', subject: 'c', request }, 'me', NOW);
  const strict = vi.fn<Send>(async () => {
    throw new Refused(422, { errors: [{ field: 'answered_at', code: 'x', message: '' }] }, null);
  });
  expect(await flush(strict, NOW)).toBe('waiting');
  expect(await flush(strict, NOW)).toBe('empty');
  const times = strict.mock.calls.map(
    ([{ request: sent }]) => (sent.body as typeof body).answered_at,
  );
  expect(times).toEqual(['2031-01-01T00:00:00.000Z', new Date(NOW).toISOString()]);
  expect((await waitingDeeds())[0]?.refused).toBe('x');
});
