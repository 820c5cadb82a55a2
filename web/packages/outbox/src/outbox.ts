import { ask, Refused, sendRequest, type Request } from '@cairn/api';
import { alone } from './alone';
import type { Deed, OutboxDatabase, Waiting } from './waiting';

export type Send<Kind extends string = string> = (waiting: Waiting<Kind>) => Promise<unknown>;

/** `empty`: nothing waits. `waiting`: try again later. `ended`: the sign-in is over, nothing was lost. */
export type FlushResult = 'empty' | 'waiting' | 'ended';

/** What an app knows of its own deeds. */
export interface Rules<Kind extends string> {
  database: () => Promise<OutboxDatabase>;
  /** Who is signed in: only their deeds are sent. */
  owner: () => Promise<string | undefined>;
  /** The request as it goes out for the first time; afterwards it stays as it was. */
  firstSending: (waiting: Waiting<Kind>, now: number) => Request;
  /** What to send instead of something refused, or null when the refusal stands. */
  mended: (waiting: Waiting<Kind>, problem: Refused, now: number) => Waiting<Kind> | null;
  sent: (waiting: Waiting<Kind>, value: unknown) => Promise<void>;
  /** Something came or went. */
  changed: () => void;
  /** The sign-in is over. */
  ended: () => void;
}

export const send: Send = ({ request, key }) => ask(sendRequest(request, key));

/** Two snoozes of the same length are one, though the person may have tapped twice. */
const same = (a: Deed, b: Deed) =>
  JSON.stringify([a.request.path, a.request.body]) ===
  JSON.stringify([b.request.path, b.request.body]);

/** What a person does reaches the server exactly once, whenever there is a network. */
export function createOutbox<Kind extends string>(rules: Rules<Kind>) {
  /**
   * Puts a deed into the outbox. The same one twice is one; a changed mind replaces what no request
   * has carried yet. Returns false when it was there already.
   */
  async function enqueue(
    deed: Deed<Kind>,
    owner: string,
    now = Date.now(),
    key: string = crypto.randomUUID(),
  ): Promise<boolean> {
    const tx = (await rules.database()).transaction('outbox', 'readwrite');
    let last: Waiting | undefined;
    for (let cursor = await tx.store.openCursor(); cursor; cursor = await cursor.continue()) {
      const found = cursor.value;
      if (found.kind !== deed.kind || found.subject !== deed.subject) continue;
      if (!found.refused && found.owner === owner && same(found, deed)) {
        last = found;
      } else if (found.refused || !found.tried) {
        await cursor.delete();
      } else {
        last = undefined;
      }
    }
    if (!last) await tx.store.add({ ...deed, key, owner, created_at: now, tried: false });
    await tx.done;
    if (!last) rules.changed();
    return !last;
  }

  async function waitingDeeds(): Promise<Waiting<Kind>[]> {
    return (await (await rules.database()).getAll('outbox')) as Waiting<Kind>[];
  }

  /** Marks a deed as tried before its request, so that after a crash the same key goes with the same body. */
  async function claim(seq: number, owner: string | undefined, now: number) {
    const tx = (await rules.database()).transaction('outbox', 'readwrite');
    const waiting = (await tx.store.get(seq)) as Waiting<Kind> | undefined;
    // It may have been replaced, sent or refused since the list was read, or be of someone else.
    if (!waiting || waiting.refused || waiting.owner !== owner) return null;
    const request = waiting.tried ? waiting.request : rules.firstSending(waiting, now);
    const claimed = { ...waiting, request, tried: true };
    await tx.store.put(claimed);
    await tx.done;
    return claimed;
  }

  /** Sends what waits, oldest first, one sender at a time over all tabs and the worker. */
  function flush(sender: Send<Kind> = send, now = Date.now()): Promise<FlushResult> {
    return alone('outbox', async () => {
      const db = await rules.database();
      const owner = await rules.owner();
      for (const seq of await db.getAllKeys('outbox')) {
        const waiting = await claim(seq, owner, now);
        if (!waiting) continue;
        try {
          const value = await sender(waiting);
          await db.delete('outbox', seq);
          await rules.sent(waiting, value);
          rules.changed();
        } catch (problem) {
          if (!(problem instanceof Refused) || problem.status === 429) return 'waiting';
          if (problem.status === 401) {
            rules.ended();
            return 'ended';
          }
          const again = rules.mended(waiting, problem, now);
          if (again) {
            await db.put('outbox', again);
            return 'waiting';
          }
          await db.put('outbox', { ...waiting, refused: problem.code || String(problem.status) });
          rules.changed();
        }
      }
      return 'empty';
    });
  }

  return { enqueue, waitingDeeds, flush };
}

/**
 * Takes back what no request has carried yet, or what the server will not have. Apart from the rest, because a service
 * worker has no use for it.
 */
export async function takeBack(
  { database, changed }: Pick<Rules<never>, 'database' | 'changed'>,
  seq: number,
): Promise<boolean> {
  const tx = (await database()).transaction('outbox', 'readwrite');
  const found = await tx.store.get(seq);
  const possible = found !== undefined && (!found.tried || found.refused !== undefined);
  if (possible) await tx.store.delete(seq);
  await tx.done;
  if (possible) changed();
  return possible;
}

/** Asks the browser to wake the worker when there is a network again. Only Chromium can. */
export async function askForBackgroundSync(registration: ServiceWorkerRegistration): Promise<void> {
  const sync = (registration as { sync?: { register(tag: string): Promise<void> } }).sync;
  await sync?.register('outbox').catch(() => undefined);
}
