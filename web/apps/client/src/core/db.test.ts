import { openDB } from 'idb';
import { expect, it, vi } from 'vitest';
import { database, readValue } from './db';
import { flush, waitingDeeds, type Send } from './outbox';

it('still sends the call for help that an older app left, and keeps what it had saved', async () => {
  const old = await openDB('cairn', 2, {
    upgrade(db) {
      db.createObjectStore('values');
      db.createObjectStore('copies', { keyPath: 'name' });
      db.createObjectStore('deliveries', { keyPath: 'delivery_id' });
      db.createObjectStore('drafts', { keyPath: 'key' });
      db.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
      db.createObjectStore('receipts', { keyPath: 'seq', autoIncrement: true });
    },
  });
  const request = { method: 'POST', path: '/v1/help-requests', body: { id: 'h1' } };
  const row = { kind: 'help', subject: 'team', request, key: 'k1', created_at: 1, tried: false };
  await old.put('values', 'c1', 'owner');
  await old.add('outbox', { ...row, client_id: 'c1' });
  await old.add('outbox', { ...row, key: 'k2', subject: 'mine', owner: 'c1' });
  old.close();

  expect(await waitingDeeds()).toEqual([
    { ...row, seq: 1, owner: 'c1' },
    { ...row, seq: 2, owner: 'c1', key: 'k2', subject: 'mine' },
  ]);
  expect(await readValue('owner')).toBe('c1');
  const send = vi.fn<Send>(async () => ({ id: 'h1' }));
  expect(await flush(send)).toBe('empty');
  expect(send.mock.calls.map(([{ key }]) => key)).toEqual(['k1', 'k2']);
  expect(await waitingDeeds()).toEqual([]);
});

it('makes room anew where the version before the first release was', async () => {
  (await database()).close();
  indexedDB.deleteDatabase('cairn');
  const old = await openDB('cairn', 1, { upgrade: (db) => void db.createObjectStore('answers') });
  old.close();
  vi.resetModules();
  const { database: fresh } = await import('./db');
  expect([...(await fresh()).objectStoreNames]).toEqual(
    // prettier-ignore
    ['copies', 'deliveries', 'drafts', 'outbox', 'receipts', 'values'],
  );
});
