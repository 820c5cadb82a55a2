import type { Note } from '@cairn/api';
import { expect, it } from 'vitest';
import { isNew, partsOf, standingOf, toRead, type ReadNote } from './read';

const line = (label: string, text: string) => ({ part: 'texts.plan', label, text });

it('names the parts under a heading once, and one that stands alone not at all', () => {
  expect(partsOf([line('Next step', 'Walk')])).toEqual([
    { part: 'texts.plan', label: null, texts: ['Walk'] },
  ]);
  expect(partsOf([line('For', 'Tea'), line('Goal', 'Walk'), line('Goal', 'Cook')])).toEqual([
    { part: 'texts.plan', label: 'For', texts: ['Tea'] },
    { part: 'texts.plan', label: 'Goal', texts: ['Walk', 'Cook'] },
  ]);
  expect(partsOf([])).toEqual([]);
});

const answer = {
  id: 'n1',
  service_date: '2026-11-17',
  starts_at: '2026-11-17T15:05:00.000Z',
  signed_at: '2026-11-17T17:20:00.000Z',
  state: 'cosigned',
  template_name: 'Group',
  author_name: 'Sam',
  late_entry: false,
  minutes: 45,
  content: '{"client":{"legal_name":"Ana Alder"}}',
  texts: { plan: 'Walk' },
  sections: [{ id: 'plan', label: 'Plan', lines: [line('Next step', 'Walk')] }],
  signatures: [{ role: 'author', name: 'Sam', signed_at: '2026-11-17T17:20:00.000Z', hash: 'aa' }],
  addenda: [],
} as unknown as Note;

it('keeps what is read, and nothing else', () => {
  const note = toRead(answer);
  expect([note.minutes, note.sections[0]?.parts[0]?.texts]).toEqual([45, ['Walk']]);
  expect(JSON.stringify(note)).not.toMatch(/Alder|hash|content/);
});

const signature = (role: 'client' | 'cosigner') => ({
  role,
  name: 'x',
  at: '2026-11-18T00:00:00Z',
});
const note = (more: Partial<ReadNote>): ReadNote => ({ ...toRead(answer), ...more });

it('can be signed once, while it stands', () => {
  expect(standingOf(note({}))).toBe('open');
  expect(standingOf(note({ signatures: [signature('cosigner')] }))).toBe('open');
  expect(standingOf(note({ signatures: [signature('client')] }))).toBe('signed');
  expect(standingOf(note({ signatures: [signature('client')], state: 'voided' }))).toBe('voided');
});

it('is new for two weeks, until it was opened or answered', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const words = { number: 1, kind: 'client_words' as const, name: 'Ana', text: 'x', at: '' };
  expect(isNew(note({}), 'another', now)).toBe(true);
  expect(isNew(note({}), null, now + 14 * 86_400_000)).toBe(false);
  expect(isNew(note({}), 'n1', now)).toBe(false);
  expect(isNew(note({ additions: [words] }), null, now)).toBe(false);
  expect(isNew(note({ signatures: [signature('client')] }), null, now)).toBe(false);
});
