import type { Client } from '@cairn/api';
import { beforeEach, expect, it, vi } from 'vitest';
import { flushSync } from 'svelte';
import { Copy } from './copy.svelte';
import { wipe, writeValue } from './db';

const client = { id: 'c1' } as Client;

beforeEach(async () => {
  await wipe();
  await writeValue('client', client);
});

it('is fetched once by a screen that shows it, at the first visit and at every other', async () => {
  const fetch = vi.fn(async () => [1]);
  const copy = new Copy('numbers', fetch);
  for (const visit of [1, 2]) {
    const leave = $effect.root(() => {
      $effect(() => {
        void copy.load(client);
      });
    });
    flushSync();
    await vi.waitFor(() => expect(fetch.mock.calls.length).toBeGreaterThanOrEqual(visit));
    await new Promise((done) => setTimeout(done, 30));
    flushSync();
    await new Promise((done) => setTimeout(done, 30));
    expect(fetch).toHaveBeenCalledTimes(visit);
    expect(copy.fresh).toBe(true);
    leave();
  }
});
