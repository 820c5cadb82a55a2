import type { Request } from '@cairn/api';
import type { DBSchema, IDBPDatabase } from 'idb';

/** Something a person said or did, on its way to the server. */
export interface Waiting<Kind extends string = string> {
  seq?: number;
  /** The Idempotency-Key: however often this is sent, the server counts it once. */
  key: string;
  /** Whose it is, so that it is never sent for the next person on a shared phone. */
  owner: string;
  kind: Kind;
  /** What it is about. A newer word of the same kind about the same thing takes the place of an older one. */
  subject: string;
  request: Request;
  /** What the request changes, as it was then: lets both be brought together when the server has something newer. */
  base?: unknown;
  created_at: number;
  /** A request may have reached the server: from now on the body must stay as it is. */
  tried: boolean;
  /** The server found the time of the answer impossible: this phone's clock is wrong. */
  clock_wrong?: boolean;
  /** The server said no for good; kept only to tell the person. */
  refused?: string;
}

/** Something new for the outbox; the outbox adds the key and the time. */
export type Deed<Kind extends string = string> = Pick<
  Waiting<Kind>,
  'kind' | 'subject' | 'request' | 'base'
>;

/** The store that an app's database gives to the outbox. */
export interface OutboxSchema extends DBSchema {
  outbox: { key: number; value: Waiting };
}

export type OutboxDatabase = IDBPDatabase<OutboxSchema>;
