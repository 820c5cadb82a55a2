import { expect, it } from 'vitest';
import templates from '../../../../../../shared/src/note_templates/shipped/templates.json';
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

it('keeps a heading that an organization changed, though its id is still that of the program', () => {
  session.speak('en');
  expect(sectionName('plan', 'Safety and follow-up')).toBe('Safety and follow-up');
  expect(sectionName('plan', 'Plan')).toBe('What comes next');
  expect(partName('answers.topic', 'Song we learned')).toBe('Song we learned');
  expect(partName('answers.topic', 'Tema del grupo')).toBe('What the group talked about');
  expect(sectionName('constructor', 'How it was built')).toBe('How it was built');
  expect(partName('constructor', 'Builder')).toBe('Builder');
});

it('says every question of the templates that come with the program in plain words', () => {
  session.speak('en');
  const plain = new Map<string, string>();
  for (const { ui_schema, sections } of templates) {
    for (const { id, label } of ui_schema?.items ?? []) {
      const [en, es] = [label.en, label.es].map((text) => partName(`answers.${id}`, text));
      expect(en, id).toBe(es);
    }
    for (const { id, label } of sections) {
      const [en, es] = [label.en, label.es].map((text) => sectionName(id, text));
      if (en === es) plain.set(id, en ?? '');
    }
  }
  // The others are plain as they are.
  expect([...plain.keys()].sort()).toEqual(
    // prettier-ignore
    ['behavior', 'data', 'goal', 'goals', 'intervention', 'objective', 'plan', 'progress', 'response', 'subjective'],
  );
  expect(plain.get('intervention')).toBe('What we did');
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

it.each(['4512-00-17', '2026-02-31', '2026-00-10', '1234-05-06', '2026-01-00', '2027-02-29'])(
  'leaves %s, which is no date of a note, as it was written',
  (digits) => {
    expect(withDates(`Card ${digits} of the bus`, 'en')).toBe(`Card ${digits} of the bus`);
  },
);

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
