import { m } from '@cairn/i18n';
import type { ReadNote } from './read';

type Words = Record<string, () => string>;

const KINDS: Words = {
  girp: m.note_kind_meeting,
  dap: m.note_kind_meeting,
  birp: m.note_kind_meeting,
  soap: m.note_kind_meeting,
  group: m.note_kind_group,
  intake: m.note_kind_first,
  plan_review: m.note_kind_plan,
  crisis_contact: m.note_kind_hard,
  transition: m.note_kind_change,
};

/** The kinds that come with every organization have plain names; those of its own are named for staff, in one language. */
export const kindName = ({ template_key }: ReadNote): string =>
  (KINDS[template_key ?? ''] ?? m.note_kind_meeting)();

const ADDITIONS: Record<ReadNote['additions'][number]['kind'], () => string> = {
  client_words: m.note_your_words,
  correction: m.note_corrected,
  addendum: m.note_added,
  late_entry: m.note_added,
};

export const additionName = (kind: ReadNote['additions'][number]['kind']): string =>
  ADDITIONS[kind]();

const SIGNERS: Record<ReadNote['signatures'][number]['role'], () => string> = {
  client: m.role_you,
  author: m.note_author,
  cosigner: m.role_supervisor,
};

export const signerName = (role: ReadNote['signatures'][number]['role']): string => SIGNERS[role]();
