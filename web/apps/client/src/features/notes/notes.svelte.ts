import { api, type Client, type Note } from '@cairn/api';
import { listen } from '../../core/channel';
import { Copy } from '../../core/copy.svelte';
import { call } from '../../core/net.svelte';
import { readCopy, saveCopy } from '../../core/saved';
import { session } from '../identity/session.svelte';
import { toRead, type ReadNote } from './read';

const PAGE = 20;
const LONGEST_PAGE = 200;

interface Notes {
  items: ReadNote[];
  next: string | null;
}

async function fetchPage(query: { limit: number; cursor?: string }): Promise<Notes> {
  const page = await call(api.GET('/v1/me/notes', { params: { query } }));
  return { items: page.items.map(toRead), next: page.next_cursor ?? null };
}

/** What was written of the person's meetings, the newest first. Fetched when somebody wants to read it, and then kept. */
export const notes = new Copy<Notes>('notes', (_, known) => {
  const limit = Math.min(Math.max(known?.items.length ?? 0, PAGE), LONGEST_PAGE);
  return fetchPage({ limit });
});

/** The last one alone, for the first screen. */
export const latest = new Copy<ReadNote | false>(
  'note-latest',
  async () => (await fetchPage({ limit: 1 })).items[0] ?? false,
);

listen((signal) => {
  // Only of use to somebody who reads them: whoever has not opened the list is spared the download.
  if (signal.type !== 'news' || !session.client || notes.value === null) return;
  if (signal.about.some((kind) => kind === 'note' || kind === 'all')) {
    void notes.load(session.client);
  }
});

export async function older(client: Client): Promise<void> {
  const cursor = notes.value?.next;
  if (!cursor) return;
  const { items, next } = await fetchPage({ limit: PAGE, cursor });
  notes.change(client, (known) =>
    known.next === cursor ? { items: [...known.items, ...items], next } : known,
  );
}

function put(client: Client, answer: Note): ReadNote {
  const fresh = toRead(answer);
  const renew = (old: ReadNote) => (old.id === fresh.id ? fresh : old);
  notes.change(client, ({ items, next }) => ({ items: items.map(renew), next }));
  latest.change(client, (old) => old && renew(old));
  return fresh;
}

export async function open(client: Client, id: string): Promise<ReadNote> {
  const params = { path: { note_id: id } };
  return put(client, await call(api.GET('/v1/notes/{note_id}', { params })));
}

const OPENED = 'note-opened';

export const lastOpened = async (): Promise<string | null> =>
  (await readCopy<string>(OPENED).catch(() => undefined))?.value ?? null;

export const markOpened = (client: Client, id: string): Promise<unknown> =>
  saveCopy(client.id, { name: OPENED, value: id, fetched_at: Date.now() }).catch(() => undefined);

/** Words become part of the record for good, so they never go by themselves later: one knows that they arrived. */
export async function addWords(
  client: Client,
  id: string,
  text: string,
  key: string,
): Promise<ReadNote> {
  const params = { path: { note_id: id }, header: { 'Idempotency-Key': key } };
  return put(
    client,
    await call(api.POST('/v1/notes/{note_id}/client-words', { params, body: { text } })),
  );
}

export async function sign(client: Client, id: string, name: string): Promise<ReadNote> {
  const params = { path: { note_id: id } };
  return put(
    client,
    await call(api.POST('/v1/notes/{note_id}/client-signature', { params, body: { name } })),
  );
}
