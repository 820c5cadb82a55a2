import type { Client, FormVersion } from '@cairn/api';
import { beforeEach, expect, it } from 'vitest';
import { database, wipe } from '../../core/db';
import { readDraft, saveDraft } from '../../core/drafts';
import { begin, draftKey, takeBegun } from './begin';
import { Answering } from './checkin.svelte';

const client = { id: 'c1', language: 'en', time_zone: 'America/New_York' } as Client;
const version = (type: string) => {
  const items = ['mood', 'sleep'].map((id) => ({ id, type, label: { en: id } }));
  return { id: 'v1', ui_schema: { items, steps: [['mood'], ['sleep']] } } as unknown as FormVersion;
};
const key = draftKey('s1', 'v1');
const kept = { id: 'x', answers: { mood: 5 }, step: 1 };
const before = Date.now() - 2 * 86_400_000;

async function opened(type: string) {
  const answering = new Answering(client, 's1', version(type));
  await answering.open();
  return answering;
}

beforeEach(async () => {
  takeBegun('');
  await wipe();
});

it('goes on with the check-in of today', async () => {
  await saveDraft(key, 'c1', kept);
  expect(await opened('faces')).toMatchObject({ answers: { mood: 5 }, step: 1, ready: true });
});

it('begins the day anew after one that was never sent, and lets that one go', async () => {
  await saveDraft(key, 'c1', kept, before);
  expect(await opened('faces')).toMatchObject({ answers: {}, step: 0, ready: true });
  expect(await (await database()).get('drafts', key)).toBeUndefined();
});

it('adds nothing of another day to the first answer of this one', async () => {
  await saveDraft(key, 'c1', { ...kept, answers: { mood: 5, sleep: 1 } }, before);
  await begin(client, 's1', version('faces'), 'mood', 2);
  const draft = await readDraft<typeof kept>(key, 'c1');
  expect(draft?.answers).toEqual({ mood: 2 });
  expect(draft?.id).not.toBe('x');
});

it('goes on with a long form of another day', async () => {
  await saveDraft(key, 'c1', kept, before);
  expect(await opened('choice')).toMatchObject({ answers: { mood: 5 }, step: 1 });
});
