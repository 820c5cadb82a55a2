import type { Note } from '@cairn/api';

/** Of a note what its person reads, and no more: the rest is not kept on the phone. */
export interface ReadNote {
  id: string;
  /** The day of the meeting. */
  date: string;
  minutes: number | null;
  template_key: string | null;
  author: string;
  state: Note['state'];
  late: boolean;
  void_reason: string | null;
  written_at: string;
  sections: { id: string; label: string; parts: Part[] }[];
  signatures: { role: Note['signatures'][number]['role']; name: string; at: string }[];
  additions: {
    number: number;
    kind: Note['addenda'][number]['kind'];
    name: string;
    text: string;
    at: string;
  }[];
}

/** What stands under a heading. A part that is there alone needs no name of its own. */
export interface Part {
  /** `texts.plan`, `goals`, `answers.topic`; not in copies that an older app kept. */
  part?: string;
  label: string | null;
  texts: string[];
}

type Line = Note['sections'][number]['lines'][number];

export function partsOf(lines: readonly Line[]): Part[] {
  const parts: { part: string; label: string; texts: string[] }[] = [];
  for (const { part, label, text } of lines) {
    const last = parts.at(-1);
    if (last?.label === label) last.texts.push(text);
    else parts.push({ part, label, texts: [text] });
  }
  const alone = parts.length === 1 && parts[0]?.part !== 'risk';
  return alone ? parts.map((part) => ({ ...part, label: null })) : parts;
}

export const toRead = (note: Note): ReadNote => ({
  id: note.id,
  date: note.service_date,
  minutes: note.minutes ?? null,
  template_key: note.template_key ?? null,
  author: note.author_name,
  state: note.state,
  late: note.late_entry,
  void_reason: note.void_reason ?? null,
  written_at: note.signed_at ?? note.starts_at,
  sections: note.sections.map(({ id, label, lines }) => ({ id, label, parts: partsOf(lines) })),
  signatures: note.signatures.map(({ role, name, signed_at }) => ({ role, name, at: signed_at })),
  additions: note.addenda.map(({ number, kind, name, text, at }) => ({
    number,
    kind,
    name,
    text,
    at,
  })),
});

const signed = ({ signatures }: ReadNote): boolean =>
  signatures.some(({ role }) => role === 'client');

/** What the note is to its person now. */
export type Standing = 'open' | 'signed' | 'voided';

export const standingOf = (note: ReadNote): Standing =>
  note.state === 'voided' ? 'voided' : signed(note) ? 'signed' : 'open';

const NEW_MS = 14 * 24 * 3_600_000;

/** Worth a word on the first screen: written lately, neither opened here nor answered yet. */
export const isNew = (note: ReadNote, opened: string | null, now: number): boolean =>
  standingOf(note) === 'open' &&
  note.id !== opened &&
  now - Date.parse(note.written_at) < NEW_MS &&
  !note.additions.some(({ kind }) => kind === 'client_words');
