import type { Client, NewReceipt, NewResponse, Occurrence } from '@cairn/api';
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

/** An answer on its way to the server. */
export interface PendingAnswer {
  seq?: number;
  /** The Idempotency-Key: however often this is sent, the server counts it once. */
  key: string;
  /** Whose answer it is, so that it is never sent for the next person on a shared phone. */
  client_id: string;
  occurrence_id: string;
  body: NewResponse;
  created_at: number;
  /** A request may have reached the server: from now on the body must stay as it is. */
  tried: boolean;
  /** The server found the time of the answer impossible: this phone's clock is wrong. */
  clock_wrong?: boolean;
  /** The server said no for good; kept only to tell the person. */
  refused?: string;
}

export interface PendingReceipt {
  seq?: number;
  body: NewReceipt;
}

export interface SavedAgenda {
  items: Occurrence[];
  fetched_at: number;
}

export interface SavedSubscription {
  /** The server's id of it, to remove it at sign-out. */
  id: string;
  endpoint: string;
}

export interface SavedDelivery {
  delivery_id: string;
  occurrence: Occurrence;
  saved_at: number;
}

/** Single values. All of them are personal and go at sign-out. */
export interface KeyValues {
  client: Client;
  /** Whose data this is; outlives a session that ended, because unsent answers do too. */
  owner: string;
  agenda: SavedAgenda;
  subscription: SavedSubscription;
  reminders_asked_at: number;
}

interface Schema extends DBSchema {
  values: { key: string; value: unknown };
  deliveries: { key: string; value: SavedDelivery };
  outbox: { key: number; value: PendingAnswer };
  receipts: { key: number; value: PendingReceipt };
}

export type Database = IDBPDatabase<Schema>;

const STORES = ['values', 'deliveries', 'outbox', 'receipts'] as const;

let opened: Promise<Database> | undefined;

export function database(): Promise<Database> {
  opened ??= openDB<Schema>('cairn', 1, {
    upgrade(db) {
      db.createObjectStore('values');
      db.createObjectStore('deliveries', { keyPath: 'delivery_id' });
      db.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
      db.createObjectStore('receipts', { keyPath: 'seq', autoIncrement: true });
    },
    terminated() {
      opened = undefined;
    },
  }).catch((cause: unknown) => {
    opened = undefined;
    throw cause;
  });
  return opened;
}

export async function readValue<K extends keyof KeyValues>(
  key: K,
): Promise<KeyValues[K] | undefined> {
  return (await (await database()).get('values', key)) as KeyValues[K] | undefined;
}

export async function writeValue<K extends keyof KeyValues>(
  key: K,
  value: KeyValues[K],
): Promise<void> {
  await (await database()).put('values', value, key);
}

export async function dropValue(key: keyof KeyValues): Promise<void> {
  await (await database()).delete('values', key);
}

/** Empties every store in one transaction. Clearing works while other tabs hold the database open; deleting would not. */
export async function wipe(): Promise<void> {
  const tx = (await database()).transaction(STORES, 'readwrite');
  await Promise.all([...STORES.map((store) => tx.objectStore(store).clear()), tx.done]);
}

/** Forgets what the person could read, keeps what they said but the server has not heard yet. */
export async function forgetReadable(): Promise<void> {
  const tx = (await database()).transaction(['values', 'deliveries'], 'readwrite');
  const values = tx.objectStore('values');
  await Promise.all([
    values.delete('client'),
    values.delete('agenda'),
    tx.objectStore('deliveries').clear(),
    tx.done,
  ]);
}
