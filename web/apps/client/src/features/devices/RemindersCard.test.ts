import { fireEvent, render, screen } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { shell } from '../../shell/shell.svelte';
import { session } from '../identity/session.svelte';
import RemindersCard from './RemindersCard.svelte';
import { reminders } from './reminders.svelte';
import RemindersState from './RemindersState.svelte';

const subscribe = vi.hoisted(() => vi.fn<() => Promise<void>>());
vi.mock('../../core/subscription', () => ({ subscribe }));

beforeEach(() => {
  vi.stubGlobal('Notification', {
    permission: 'granted',
    requestPermission: async () => 'granted',
  });
  Object.defineProperty(navigator, 'serviceWorker', {
    configurable: true,
    value: { ready: Promise.resolve({}), getRegistration: async () => undefined },
  });
  session.speak('en');
  reminders.state = 'off';
  reminders.postponed = false;
});
afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(navigator, 'serviceWorker');
  shell.hush();
});

it.each([
  ['the card on the first screen', RemindersCard],
  ['the settings', RemindersState],
])('says when it did not work, and can be tried again: %s', async (_, Where) => {
  subscribe.mockRejectedValueOnce(new Error('no answer'));
  render(Where);
  await fireEvent.click(screen.getByRole('button', { name: 'Turn on reminders' }));
  expect(await screen.findByText('Reminders did not turn on this time.')).toBeTruthy();
  // It stays where it is asked for.
  expect(reminders.worthAsking).toBe(true);

  subscribe.mockResolvedValueOnce();
  await fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await vi.waitFor(() => expect(reminders.state).toBe('on'));
  expect(reminders.worthAsking).toBe(false);
});

it('is not spoken of again after "Not now"', async () => {
  reminders.state = 'failed';
  await reminders.notNow();
  expect(reminders.worthAsking).toBe(false);
});
