import { api } from '@cairn/api';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { subscribe } from './subscription';

const answer = (data: unknown) =>
  ({ response: new Response(null, { status: 200 }), data }) as never;

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

it('gives up on a push service that never answers', async () => {
  vi.spyOn(api, 'GET').mockResolvedValue(answer({ public_key: 'AQID' }));
  const asked = vi.fn(() => new Promise<never>(() => undefined));
  const registration = { pushManager: { getSubscription: async () => null, subscribe: asked } };
  let ended = false;
  const outcome = subscribe(registration as never)
    .catch((problem: Error) => problem.message)
    .finally(() => (ended = true));
  await vi.advanceTimersByTimeAsync(19_000);
  expect(asked).toHaveBeenCalledTimes(1);
  expect(ended).toBe(false);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await outcome).toBe('no answer');
});
