import type { Client, FormVersion } from '@cairn/api';
import type { Answers, Value } from '@cairn/forms';
import { localDate } from '@cairn/i18n';
import { lasting, readDraft, saveDraft, type Lasts } from '../../core/drafts';
import { isQuick } from './forms.svelte';

/** A check-in that is not sent yet. */
export interface Kept {
  /** Made here, so that the same check-in sent twice is one. */
  id: string;
  answers: Answers;
  step: number;
}

export const draftKey = (schedule_id: string, version_id: string): string =>
  `check-in:${schedule_id}:${version_id}`;

/** A few taps about a day are of that day only: sent on another, they would be that one's. A long form may take its time. */
export const goesOn =
  (version: FormVersion, zone: string, now = Date.now()): Lasts =>
  (saved_at) =>
    isQuick(version) ? localDate(saved_at, zone) === localDate(now, zone) : lasting(saved_at);

/** What was answered of it and not sent. */
export const readKept = (
  client: Client,
  schedule_id: string,
  version: FormVersion,
): Promise<Kept | undefined> =>
  readDraft<Kept>(draftKey(schedule_id, version.id), client.id, goesOn(version, client.time_zone));

/** Hands the beginning over even when this phone cannot keep drafts. */
let begun: { key: string; kept: Kept } | null = null;

/** Keeps the first answer, given on another screen, as the beginning of a check-in. */
export async function begin(
  client: Client,
  schedule_id: string,
  version: FormVersion,
  item: string,
  value: Value,
): Promise<void> {
  const key = draftKey(schedule_id, version.id);
  const kept = await readKept(client, schedule_id, version);
  const answers = { ...kept?.answers, [item]: value };
  const id = kept?.id ?? crypto.randomUUID();
  begun = { key, kept: { id, answers, step: 1 } };
  await saveDraft(key, client.id, begun.kept);
}

/** The beginning of this very check-in, once. */
export function takeBegun(key: string): Kept | null {
  const found = begun?.key === key ? begun.kept : null;
  begun = null;
  return found;
}
