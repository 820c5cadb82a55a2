import { render, screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';
import { session } from '../identity/session.svelte';
import Settings from '../settings/Settings.svelte';
import Me from './Me.svelte';

it('leads to reminders in one place', async () => {
  const client = { id: 'c1', preferred_name: 'Sam', language: 'en', time_zone: 'UTC' };
  await session.accept({ ...client, notification_detail: 'none' } as never);
  const { unmount } = render(Me);
  const about = screen
    .getAllByRole('link')
    .filter((link) => /reminder/i.test(link.textContent ?? ''));
  expect(about.map((link) => link.getAttribute('href'))).toEqual(['/app/settings']);
  unmount();
  render(Settings);
  expect(screen.getByRole('heading', { name: 'Reminders' })).toBeTruthy();
});
