import { m } from '@cairn/i18n';
import { reminders } from './reminders.svelte';

/** What the button says that turns reminders on. */
export const turnOnLabel = (): string => {
  if (reminders.working) return m.reminders_working();
  return reminders.state === 'failed' ? m.try_again() : m.reminders_turn_on();
};
