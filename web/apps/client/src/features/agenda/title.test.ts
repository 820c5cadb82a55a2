import type { Occurrence } from '@cairn/api';
import { expect, it } from 'vitest';
import { forms } from '../checkins/forms.svelte';
import { session } from '../identity/session.svelte';
import { titleOf } from './title';

const item = (more: object) =>
  ({
    title: 'How are you today?',
    kind: 'check_in',
    check_in_schedule_id: 's1',
    ...more,
  }) as Occurrence;
const schedule = (form_name: string) => ({ id: 's1', form_id: 'f1', form_name });
const know = (form_name: string, title: object | null) => {
  forms.value = {
    schedules: [schedule(form_name)],
    versions: { f1: { ui_schema: { title, items: [], steps: [] } } },
  } as never;
};

it('says the name of a check-in in the language of the app', () => {
  know('Daily check-in', { en: 'How are you today?', es: '¿Cómo estás hoy?' });
  session.speak('es');
  expect(titleOf(item({}))).toBe('¿Cómo estás hoy?');
  session.speak('en');
  expect(titleOf(item({ title: 'Registro personal' }))).toBe('How are you today?');
});

it('does without a title of the form, and without the form', () => {
  session.speak('es');
  know('Daily check-in', null);
  expect(titleOf(item({}))).toBe('Registro del día');
  forms.value = null;
  expect(titleOf(item({ title: 'Registro personal' }))).toBe('Registro personal');
  expect(titleOf(item({ title: 'Café', check_in_schedule_id: null }))).toBe('Café');
});
