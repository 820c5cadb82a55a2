import type { Occurrence } from '@cairn/api';
import { database, readValue, writeValue, type SavedAgenda } from './db';

const KEEP_DELIVERIES_MS = 7 * 24 * 3_600_000;

/** Brings the copies on this phone up to date with what the server just said of one occurrence. */
export async function saveOccurrence(occurrence: Occurrence): Promise<void> {
  const fresh = (old: Occurrence) =>
    old.occurrence_id === occurrence.occurrence_id ? occurrence : old;
  const agenda = await readValue('agenda');
  if (agenda) await writeValue('agenda', { ...agenda, items: agenda.items.map(fresh) });
  const tx = (await database()).transaction('deliveries', 'readwrite');
  for (const saved of await tx.store.getAll()) {
    const next = fresh(saved.occurrence);
    if (next !== saved.occurrence) await tx.store.put({ ...saved, occurrence: next });
  }
  await tx.done;
}

export async function saveAgenda(agenda: SavedAgenda): Promise<void> {
  await writeValue('agenda', agenda);
}

/** Keeps what a reminder is about, so that opening it works without a network. Old ones go. */
export async function saveDelivery(
  delivery_id: string,
  occurrence: Occurrence,
  now = Date.now(),
): Promise<void> {
  const tx = (await database()).transaction('deliveries', 'readwrite');
  for (const old of await tx.store.getAll()) {
    if (old.saved_at < now - KEEP_DELIVERIES_MS) await tx.store.delete(old.delivery_id);
  }
  await tx.store.put({ delivery_id, occurrence, saved_at: now });
  await tx.done;
}

export async function savedDelivery(delivery_id: string): Promise<Occurrence | undefined> {
  return (await (await database()).get('deliveries', delivery_id))?.occurrence;
}

export async function savedOccurrence(occurrence_id: string): Promise<Occurrence | undefined> {
  const agenda = await readValue('agenda');
  const found = agenda?.items.find((item) => item.occurrence_id === occurrence_id);
  if (found) return found;
  const deliveries = await (await database()).getAll('deliveries');
  return deliveries.find((saved) => saved.occurrence.occurrence_id === occurrence_id)?.occurrence;
}
