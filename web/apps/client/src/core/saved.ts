import type { Client, Occurrence, RecordedCheckIn } from '@cairn/api';
import { database, writeValue, type Care, type SavedCopy } from './db';

export async function readCopy<T>(
  name: string,
): Promise<{ value: T; fetched_at: number } | undefined> {
  const found = await (await database()).get('copies', name);
  return found && { value: found.value as T, fetched_at: found.fetched_at };
}

/** Keeps a copy for a client, unless somebody signed out while it was on its way: false then. */
export async function saveCopy(client_id: string, copy: SavedCopy): Promise<boolean> {
  const tx = (await database()).transaction(['values', 'copies'], 'readwrite');
  const client = (await tx.objectStore('values').get('client')) as Client | undefined;
  const still_here = client?.id === client_id;
  if (still_here) await tx.objectStore('copies').put(copy);
  await tx.done;
  return still_here;
}

/** Brings the copies on this phone up to date with what the server just said of one occurrence. */
export async function saveOccurrence(occurrence: Occurrence): Promise<void> {
  const fresh = (old: Occurrence) =>
    old.occurrence_id === occurrence.occurrence_id ? occurrence : old;
  const tx = (await database()).transaction(['copies', 'deliveries'], 'readwrite');
  const agenda = await tx.objectStore('copies').get('agenda');
  if (agenda) {
    const items = (agenda.value as Occurrence[]).map(fresh);
    await tx.objectStore('copies').put({ ...agenda, value: items });
  }
  const deliveries = tx.objectStore('deliveries');
  for (const saved of await deliveries.getAll()) {
    const next = fresh(saved.occurrence);
    if (next !== saved.occurrence) await deliveries.put({ ...saved, occurrence: next });
  }
  await tx.done;
}

export function careOf({ id, crisis_resources }: RecordedCheckIn): Care | null {
  return crisis_resources ? { check_in_id: id, notice: crisis_resources.notice } : null;
}

/** A check-in may be sent while no page is open: the next one shows that help is there. */
export async function saveCare(recorded: RecordedCheckIn): Promise<void> {
  const care = careOf(recorded);
  if (care) await writeValue('care', care);
}
