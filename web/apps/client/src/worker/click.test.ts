import { api } from '@cairn/api';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { wipe } from '../core/db';
import { clicked } from './click';

const notification = () =>
  ({
    close: vi.fn(),
    tag: 't',
    data: {
      path: '/app/r/d1',
      lang: 'en',
      delivery_id: 'd1',
      receipt_token: 'token',
      occurrence_id: null,
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
