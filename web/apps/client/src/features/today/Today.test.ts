import type { Client } from '@cairn/api';
import { configure, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { wipe } from '../../core/db';
import { saveDraft } from '../../core/drafts';
import { agenda } from '../agenda/agenda.svelte';
import { draftKey } from '../checkins/begin';
import { recent } from '../checkins/checkins.svelte';
import { forms } from '../checkins/forms.svelte';
import { goals, proposals } from '../goals/goals.svelte';
import { session } from '../identity/session.svelte';
import Today from './Today.svelte';

// What stands below is fetched by itself, which takes its time on a slow machine.
configure({ asyncUtilTimeout: 30_000 });
vi.setConfig({ testTimeout: 40_000 });

const client = { id: 'c1', preferred_name: 'Sam', language: 'en', time_zone: 'UTC' } as Client;
const label = { en: 'How do you feel right now?' };
const version = (id: string, type: string) => ({
  id,
  ui_schema: { items: [{ id: 'mood', type, label }], steps: [['mood']] },
});

beforeEach(async () => {
  await wipe();
  await session.accept(client);
  for (const copy of [agenda, recent, goals, proposals]) copy.value = [];
  forms.value = {
    schedules: [
      { id: 's1', form_id: 'f1', form_name: 'Daily check-in' },
      { id: 's2', form_id: 'f2', form_name: 'PHQ-9' },
    ],
    versions: { f1: version('v1', 'faces'), f2: version('v2', 'choice') },
  } as never;
});

it('asks how the day is', async () => {
  render(Today);
  expect(await screen.findByText(label.en)).toBeTruthy();
  expect(screen.queryByRole('link', { name: 'Go on' })).toBeNull();
});

it('offers to go on with what was begun and not sent', async () => {
  await saveDraft(draftKey('s1', 'v1'), 'c1', { id: 'x', answers: { mood: 3 }, step: 1 });
  await saveDraft(draftKey('s2', 'v2'), 'c1', { id: 'y', answers: { mood: 1 }, step: 1 });
  render(Today);
  const link = await screen.findByRole('link', { name: 'Go on' });
  expect(link.getAttribute('href')).toBe('/app/check-in/s1');
  expect(screen.queryByText(label.en)).toBeNull();
  const other = screen.getByRole('link', { name: /PHQ-9/ });
  expect(other.getAttribute('href')).toBe('/app/check-in/s2');
});

it('does not offer the mood of another day as the beginning of this one', async () => {
  const yesterday = Date.now() - 86_400_000;
  const mood = { id: 'x', answers: { mood: 3 }, step: 1 };
  await saveDraft(draftKey('s1', 'v1'), 'c1', mood, yesterday);
  await saveDraft(draftKey('s2', 'v2'), 'c1', { ...mood, id: 'y' }, yesterday);
  render(Today);
  expect(await screen.findByText(label.en)).toBeTruthy();
  expect(screen.queryByRole('link', { name: 'Go on' })).toBeNull();
  expect(screen.getByRole('link', { name: /PHQ-9/ })).toBeTruthy();
});

it('forgets a long form after a month', async () => {
  const long_ago = Date.now() - 31 * 86_400_000;
  await saveDraft(draftKey('s2', 'v2'), 'c1', { id: 'y', answers: { mood: 1 }, step: 1 }, long_ago);
  render(Today);
  expect(await screen.findByText(label.en)).toBeTruthy();
  expect(screen.queryByRole('link', { name: /PHQ-9/ })).toBeNull();
});
