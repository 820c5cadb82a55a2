import { expect, it } from 'vitest';
import en from '../messages/en.json';
import es from '../messages/es.json';

type Catalog = Record<string, unknown>;
const catalogs: [string, Catalog][] = [
  ['en', en],
  ['es', es],
];

/** All texts of a message, its plural forms included. */
function texts(message: unknown): string[] {
  if (typeof message === 'string') return [message];
  const [variants] = message as [{ match: Record<string, string> }];
  return Object.values(variants.match);
}

const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

it('has every text in both languages, with the same gaps to fill', () => {
  expect(Object.keys(es).sort()).toEqual(Object.keys(en).sort());
  for (const [key, message] of Object.entries(en as Catalog)) {
    const gaps = texts(message).map(placeholders);
    expect(texts((es as Catalog)[key]).map(placeholders), key).toEqual(gaps);
  }
});

// Words that put people down or tell what the app is about.
const NEVER = [
  /addict/i,
  /alcohol/i,
  /abuse/i,
  /\bclean\b/i,
  /\bdirty\b/i,
  /relapse/i,
  /\bfailed\b/i,
  /streak/i,
  /non-?compliant/i,
  /refused to/i,
  /suffer/i,
  /adict/i,
  /reca[ií]da/i,
  /fracas/i,
  /recovery/i,
  /recuperaci/i,
  /treatment/i,
  /tratamiento/i,
  /therap/i,
  /terapia/i,
  /patient/i,
  /paciente/i,
];

it.each(catalogs)('has no word that shames or gives away (%s)', (_, catalog) => {
  for (const [key, message] of Object.entries(catalog)) {
    for (const text of texts(message)) {
      for (const word of NEVER) expect(text, key).not.toMatch(word);
    }
  }
});

it('says exactly the agreed words on a lock screen', () => {
  expect([en.push_fallback_title, en.push_fallback_body]).toEqual([
    'You have a reminder',
    'Open to see it',
  ]);
  expect([es.push_fallback_title, es.push_fallback_body]).toEqual([
    'Tienes un recordatorio',
    'Abre para verlo',
  ]);
});
