import { api } from '@cairn/api';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { wipe, writeValue } from '../core/db';
import { clicked } from './click';

const notification = (occurrence_id: string | null = null) =>
  ({
    close: vi.fn(),
    tag: 't',
    data: {
      path: '/app/r/d1',
      lang: 'en',
      delivery_id: 'd1',
      receipt_token: 'token',
      occurrence_id,
    },
  }) as unknown as Notification;

beforeEach(wipe);
afterEach(() => vi.unstubAllGlobals());

it('reports the tap when the browser will not open a window', async () => {
  const post = vi
    .spyOn(api, 'POST')
    .mockResolvedValue({ response: new Response(null, { status: 204 }) } as never);
  vi.stubGlobal('clients', {
    matchAll: async () => [],
    openWindow: vi.fn(async () => {
      throw new DOMException('Not allowed to open a window.', 'InvalidAccessError');
    }),
  });
  await clicked(notification(), '').catch(() => undefined);
  expect(post).toHaveBeenCalledWith('/v1/receipts', {
    body: expect.objectContaining({ delivery_id: 'd1', event: 'clicked' }),
  });
});

it('takes a number that is too high off the icon when a button answers', async () => {
  const clearAppBadge = vi.fn(async () => undefined);
  Object.assign(navigator, { clearAppBadge });
  vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('Failed to fetch'));
  vi.stubGlobal('registration', { showNotification: vi.fn(async () => undefined) });
  await writeValue('owner', 'c1');
  await clicked(notification('a'), 'done');
  expect(clearAppBadge).toHaveBeenCalledTimes(1);
});
