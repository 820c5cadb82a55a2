import { api } from '@cairn/api';
import { beforeEach, expect, it, vi } from 'vitest';
import { tell } from '../../core/channel';
import { readValue, wipe } from '../../core/db';
import { readDraft, saveDraft } from '../../core/drafts';
import { answerDeed, enqueue, waitingDeeds } from '../../core/outbox';
import { readCopy, saveCopy } from '../../core/saved';
import { session } from './session.svelte';

const client = (id: string) => ({
  id,
  preferred_name: 'Sam',
  time_zone: 'America/New_York',
  language: 'en' as const,
  notification_detail: 'none' as const,
  has_device: true,
  version: 1,
  created_at: '2026-11-01T00:00:00.000Z',
});

const answer = (status: number, data?: unknown) =>
  ({ response: new Response(null, { status }), data, error: {} }) as never;

beforeEach(async () => {
  await wipe();
  localStorage.clear();
  await session.accept(client('c1'));
  await saveCopy('c1', { name: 'agenda', value: [], fetched_at: 1 });
  await saveDraft('form', 'c1', { mood: 3 });
  await enqueue(answerDeed('a', { response: 'help' }), 'c1');
});

it('keeps unsent answers and drafts but nothing readable when the server ends the sign-in', async () => {
  vi.spyOn(api, 'GET').mockResolvedValue(answer(401));
  await session.refresh();
  expect(session.phase).toBe('ended');
  expect(session.client).toBeNull();
  expect(await readValue('client')).toBeUndefined();
  expect(await readCopy('agenda')).toBeUndefined();
  expect(await waitingDeeds()).toHaveLength(1);
  expect(await readDraft('form', 'c1')).toEqual({ mood: 3 });
  expect(await readDraft('form', 'c2')).toBeUndefined();
});

it('stays open when the server cannot be reached', async () => {
  vi.spyOn(api, 'GET').mockRejectedValue(new TypeError('Failed to fetch'));
  await session.refresh();
  expect(session.phase).toBe('signed_in');
});

it('gives the same person their unsent answers back, and another person none', async () => {
  await session.accept(client('c1'));
  expect(await waitingDeeds()).toHaveLength(1);
  await session.accept(client('c2'));
  expect(await waitingDeeds()).toEqual([]);
  expect(await readCopy('agenda')).toBeUndefined();
});

it('leaves nothing behind at sign-out, and finishes it later when offline', async () => {
  const post = vi.spyOn(api, 'POST').mockRejectedValue(new TypeError('Failed to fetch'));
  await session.signOut();
  expect(session).toMatchObject({ phase: 'signed_out', farewell: 'offline', client: null });
  expect(await readValue('owner')).toBeUndefined();
  expect(await waitingDeeds()).toEqual([]);

  post.mockResolvedValue(answer(204));
  const get = vi.spyOn(api, 'GET');
  await session.start();
  expect(post).toHaveBeenLastCalledWith('/v1/auth/sign-out');
  expect(get).not.toHaveBeenCalled();
  expect(session.phase).toBe('signed_out');
  expect(localStorage).toHaveLength(0);
});

it('leaves no number on the icon when the sign-in is over, however it ended', async () => {
  const clear = vi.fn(async () => undefined);
  Object.assign(navigator, { clearAppBadge: clear });
  const get = vi.spyOn(api, 'GET').mockResolvedValue(answer(401));
  await session.refresh();
  expect(session.phase).toBe('ended');
  expect(clear).toHaveBeenCalledTimes(1);

  await session.accept(client('c1'));
  clear.mockClear();
  tell({ type: 'signed_out' });
  expect(session.phase).toBe('signed_out');
  expect(clear).toHaveBeenCalledTimes(1);

  // It ended while the app was closed, and nobody can be asked now.
  await wipe();
  clear.mockClear();
  get.mockRejectedValue(new TypeError('Failed to fetch'));
  await session.start();
  expect(session.phase).toBe('signed_out');
  expect(clear).toHaveBeenCalledTimes(1);

  await session.accept(client('c1'));
  clear.mockClear();
  await session.start();
  expect(session.phase).toBe('signed_in');
  expect(clear).not.toHaveBeenCalled();
});
