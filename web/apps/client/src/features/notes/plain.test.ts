import { expect, it } from 'vitest';
import { session } from '../identity/session.svelte';
import { partName, plainText, sectionName, withDates } from './plain';
import { toRead } from './read';
import { kindName } from './words';

it('says the parts of a note to its person, in their language', () => {
  session.speak('en');
  expect(partName('risk', 'Risk that was seen')).toBe('How safe things felt');
  expect(partName('texts.response', "The person's response")).toBe('How it went for you');
  expect(sectionName('intervention', 'Intervention')).toBe('What we did');
  session.speak('es');
  expect(partName('risk', 'Risk that was seen')).toBe('Qué tan a salvo se sentía todo');
  expect(sectionName('intervention', 'Intervention')).toBe('Lo que hicimos');
});

it('keeps the words of an organization of its own', () => {
  session.speak('en');
  expect(partName('answers.bus', 'Bus pass')).toBe('Bus pass');
  expect(partName(undefined, 'Bus pass')).toBe('Bus pass');
  expect(sectionName('bus', 'Getting around')).toBe('Getting around');
});

it('says levels and progress in plain words, and leaves what was written', () => {
  session.speak('en');
  const plain = (part: string, text: string) => plainText(part, text, 'en');
  expect(plain('risk', 'None')).toBe('Things felt safe');
  expect(plain('risk', 'Elevated. We called Anna. She came.')).toBe(
    'There was some worry. We called Anna. She came.',
  );
  expect(plain('activities', 'Mentoring: Practice: the call')).toBe(
    'Learning together: Practice: the call',
  );
  expect(plain('goals', 'Walk: a step back. Rain')).toBe('Walk: harder this time. Rain');
  expect(plain('goals', 'Walk')).toBe('Walk');
  expect(plain('texts.plan', 'None. Crisis: call')).toBe('None. Crisis: call');
});

it('writes dates as people do', () => {
  expect(withDates('By 2026-12-31, not 12026-12-311.', 'en')).toBe(
    'By December 31, 2026, not 12026-12-311.',
  );
  expect(withDates('Hasta 2026-12-31', 'es')).toBe('Hasta 31 de diciembre de 2026');
});

it('calls a note of another kind a meeting, not by the name of its template', () => {
  session.speak('es');
  const note = { template_key: null, template_name: 'GIRP (copy)' } as never;
  expect(kindName(note)).toBe('Reunión');
});

it('names the safety that stands alone under a heading', () => {
  const lines = [{ part: 'risk', label: 'Risk that was seen', text: 'None' }];
  const sections = [{ id: 'plan', label: 'Plan', lines }];
  const note = toRead({ sections, signatures: [], addenda: [] } as never);
  expect(note.sections[0]?.parts[0]).toMatchObject({ part: 'risk', label: 'Risk that was seen' });
});
