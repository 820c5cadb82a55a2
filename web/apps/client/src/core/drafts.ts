import { database } from './db';

const KEEP_MS = 30 * 24 * 3_600_000;

/** Keeps what a person is writing. False when this phone could not keep it. */
export async function saveDraft(
  key: string,
  client_id: string,
  value: unknown,
  now = Date.now(),
): Promise<boolean> {
  try {
    await (await database()).put('drafts', { key, client_id, value, saved_at: now });
    return true;
  } catch {
    return false;
  }
}

/** Whether what was kept at this time is still to go on with. */
export type Lasts = (saved_at: number) => boolean;

export const lasting: Lasts = (saved_at) => saved_at >= Date.now() - KEEP_MS;

/** What this person had written; another person's draft is none, and one that lasts no longer goes. */
export async function readDraft<T>(
  key: string,
  client_id: string,
  lasts = lasting,
): Promise<T | undefined> {
  try {
    const found = await (await database()).get('drafts', key);
    if (!found || found.client_id !== client_id) return undefined;
    if (lasts(found.saved_at)) return found.value as T;
    await dropDraft(key);
  } catch {
    // This phone keeps nothing, so there is no draft.
  }
  return undefined;
}

export async function dropDraft(key: string): Promise<void> {
  try {
    await (await database()).delete('drafts', key);
  } catch {
    // Nor is there one to drop.
  }
}

/** When each draft of this person was kept, by its key. */
export async function draftTimes(client_id: string): Promise<ReadonlyMap<string, number>> {
  try {
    const all = await (await database()).getAll('drafts');
    const own = all.filter((draft) => draft.client_id === client_id && lasting(draft.saved_at));
    return new Map(own.map(({ key, saved_at }) => [key, saved_at]));
  } catch {
    return new Map();
  }
}
