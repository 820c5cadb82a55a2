import type { Client } from '@cairn/api';
import { render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { wipe } from '../../core/db';
import { session } from '../identity/session.svelte';
import Help from './Help.svelte';

beforeEach(async () => {
  await wipe();
  await session.accept({ id: 'c1', language: 'en', time_zone: 'UTC' } as Client);
  vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('Failed to fetch'));
});

it('has the button that asks the team at once, without a network', () => {
  render(Help);
  expect(screen.getByRole('button', { name: 'Ask my team to reach out' })).toBeTruthy();
});
