import type { Occurrence } from '@cairn/api';
import { database } from './db';
import { readCopy } from './saved';

const KEEP_DELIVERIES_MS = 7 * 24 * 3_600_000;

/** Keeps what a reminder is about, so that opening it works without a network. Old ones go. */
export async function saveDelivery(
  delivery_id: string,
  occurrence: Occurrence,
  now = Date.now(),
): Promise<void> {
  const tx = (await database()).transaction(['values', 'deliveries'], 'readwrite');
  const deliveries = tx.objectStore('deliveries');
  for (const old of await deliveries.getAll()) {
    if (old.saved_at < now - KEEP_DELIVERIES_MS) await deliveries.delete(old.delivery_id);
  }
  // Not for a phone that was signed out meanwhile.
  if (await tx.objectStore('values').get('client')) {
    await deliveries.put({ delivery_id, occurrence, saved_at: now });
  }
  await tx.done;
}

export async function savedDelivery(delivery_id: string): Promise<Occurrence | undefined> {
  return (await (await database()).get('deliveries', delivery_id))?.occurrence;
}

export async function savedOccurrence(occurrence_id: string): Promise<Occurrence | undefined> {
  const agenda = await readCopy<Occurrence[]>('agenda');
  const found = agenda?.value.find((item) => item.occurrence_id === occurrence_id);
  if (found) return found;
  const deliveries = await (await database()).getAll('deliveries');
  return deliveries.find((saved) => saved.occurrence.occurrence_id === occurrence_id)?.occurrence;
}
