import type { Client } from '@cairn/api';
import { configure, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { dropDraft, draftTimes, readDraft, saveDraft } from '../../core/drafts';
import { agenda } from '../agenda/agenda.svelte';
import { recent } from '../checkins/checkins.svelte';
import { forms } from '../checkins/forms.svelte';
import { goals, proposals } from '../goals/goals.svelte';
import { session } from '../identity/session.svelte';
import Today from './Today.svelte';

configure({ asyncUtilTimeout: 30_000 });
vi.setConfig({ testTimeout: 40_000 });

// A browser that lets no page keep anything, such as a private window of an old one.
beforeEach(() => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('not here', 'SecurityError');
  });
});

it('shows the first screen', async () => {
  await session.accept({
    id: 'c1',
    preferred_name: 'Sam',
    language: 'en',
    time_zone: 'UTC',
  } as Client);
  for (const copy of [agenda, recent, goals, proposals]) copy.value = [];
  forms.value = { schedules: [], versions: {} };
  render(Today);
  expect(await screen.findByText('No plans yet')).toBeTruthy();
});

it('has no drafts, and says when one could not be kept', async () => {
  expect(await saveDraft('form', 'c1', { mood: 3 })).toBe(false);
  expect(await readDraft('form', 'c1')).toBeUndefined();
  expect(await draftTimes('c1')).toEqual(new Map());
  await expect(dropDraft('form')).resolves.toBeUndefined();
});
