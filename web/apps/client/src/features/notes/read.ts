import type { Note } from '@cairn/api';

/** Of a note what its person reads, and no more: the rest is not kept on the phone. */
export interface ReadNote {
  id: string;
  /** The day of the meeting. */
  date: string;
  minutes: number | null;
  template_key: string | null;
  template_name: string;
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
  label: string | null;
  texts: string[];
}

type Line = Note['sections'][number]['lines'][number];

export function partsOf(lines: readonly Line[]): Part[] {
  const parts: { label: string; texts: string[] }[] = [];
  for (const { label, text } of lines) {
    const last = parts.at(-1);
    if (last?.label === label) last.texts.push(text);
    else parts.push({ label, texts: [text] });
  }
  return parts.length > 1 ? parts : parts.map(({ texts }) => ({ label: null, texts }));
}

/** How long it was, as it was signed. */
export function minutesOf(content: string | null | undefined): number | null {
  try {
    const { session } = JSON.parse(content ?? '') as { session?: { minutes?: unknown } };
    return typeof session?.minutes === 'number' ? session.minutes : null;
  } catch {
    return null;
  }
}

export const toRead = (note: Note): ReadNote => ({
  id: note.id,
  date: note.service_date,
  minutes: minutesOf(note.content),
  template_key: note.template_key ?? null,
  template_name: note.template_name,
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
