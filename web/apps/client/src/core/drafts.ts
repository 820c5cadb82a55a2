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

/** What this person had written; another person's draft and a very old one are no draft. */
export async function readDraft<T>(
  key: string,
  client_id: string,
  now = Date.now(),
): Promise<T | undefined> {
  const found = await (await database()).get('drafts', key).catch(() => undefined);
  if (!found || found.client_id !== client_id || found.saved_at < now - KEEP_MS) return undefined;
  return found.value as T;
}

export async function dropDraft(key: string): Promise<void> {
  await (await database()).delete('drafts', key).catch(() => undefined);
}

/** The keys of the drafts of this person. */
export async function draftKeys(client_id: string): Promise<string[]> {
  const all = await (await database()).getAll('drafts').catch(() => []);
  return all.filter((draft) => draft.client_id === client_id).map(({ key }) => key);
}
