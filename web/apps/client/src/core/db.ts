import type { Client, NewReceipt, Occurrence } from '@cairn/api';
import type { Deed as AnyDeed, Waiting as AnyWaiting } from '@cairn/outbox';
import {
  openDB,
  type DBSchema,
  type IDBPDatabase,
  type IDBPObjectStore,
  type StoreNames,
} from 'idb';

/** What can wait on this phone until the server has heard it. */
export type WaitingKind =
  'answer' | 'check_in' | 'step' | 'progress' | 'goal' | 'decision' | 'item' | 'plan' | 'help';

export type Waiting = AnyWaiting<WaitingKind>;
export type Deed = AnyDeed<WaitingKind>;

export interface PendingReceipt {
  seq?: number;
  body: NewReceipt;
}

/** What the server said last, to be read without a network. */
export interface SavedCopy {
  name: string;
  value: unknown;
  fetched_at: number;
}

/** What was written but not sent: outlives a reload and a sign-in that ended. */
export interface Draft {
  key: string;
  client_id: string;
  value: unknown;
  saved_at: number;
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

/** A check-in that calls for somebody now, as the server says. Shown until the person puts it away. */
export interface Care {
  check_in_id: string;
  /** Whether somebody of the team is there to see it, in words. */
  notice: string;
}

/** Single values. All of them are personal and go at sign-out. */
export interface KeyValues {
  client: Client;
  /** The people are invented. */
  demo: boolean;
  /** Whose data this is; outlives a session that ended, because unsent answers do too. */
  owner: string;
  subscription: SavedSubscription;
  care: Care;
  reminders_asked_at: number;
  /** Reminders are spoken of only once the first check-in or answer was given. */
  first_deed_at: number;
}

interface Schema extends DBSchema {
  values: { key: string; value: unknown };
  copies: { key: string; value: SavedCopy };
  deliveries: { key: string; value: SavedDelivery };
  drafts: { key: string; value: Draft };
  outbox: { key: number; value: Waiting };
  receipts: { key: number; value: PendingReceipt };
}

export type Database = IDBPDatabase<Schema>;

const STORES = ['values', 'copies', 'deliveries', 'drafts', 'outbox', 'receipts'] as const;
const READABLE = ['values', 'copies', 'deliveries'] as const;

type Upgraded = IDBPObjectStore<Schema, StoreNames<Schema>[], 'outbox', 'versionchange'>;

/** Version 2 called the owner of a deed `client_id`. What waits from then must still go out. */
type Older = Omit<Waiting, 'owner'> & { client_id: string; owner?: string };

async function nameOwners(store: Upgraded): Promise<void> {
  for (const { client_id, ...row } of (await store.getAll()) as unknown as Older[]) {
    await store.put({ owner: client_id, ...row });
  }
}

let opened: Promise<Database> | undefined;

export function database(): Promise<Database> {
  opened ??= openDB<Schema>('cairn', 3, {
    upgrade(db, oldVersion, _newVersion, tx) {
      if (oldVersion === 2) return void nameOwners(tx.objectStore('outbox'));
      // Version 1 was never released.
      for (const store of db.objectStoreNames) db.deleteObjectStore(store);
      db.createObjectStore('values');
      db.createObjectStore('copies', { keyPath: 'name' });
      db.createObjectStore('deliveries', { keyPath: 'delivery_id' });
      db.createObjectStore('drafts', { keyPath: 'key' });
      db.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
      db.createObjectStore('receipts', { keyPath: 'seq', autoIncrement: true });
    },
    // A newer version of the app waits in another tab: let it.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
      opened = undefined;
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

/** Forgets what the person could read, keeps what they said or wrote but the server has not heard yet. */
export async function forgetReadable(): Promise<void> {
  const tx = (await database()).transaction(READABLE, 'readwrite');
  await Promise.all([
    tx.objectStore('values').delete('client'),
    tx.objectStore('values').delete('demo'),
    tx.objectStore('values').delete('care'),
    tx.objectStore('copies').clear(),
    tx.objectStore('deliveries').clear(),
    tx.done,
  ]);
}
