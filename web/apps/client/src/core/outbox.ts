import {
  ask,
  clockSkew,
  Refused,
  sendRequest,
  type NewResponse,
  type Occurrence,
  type RecordedCheckIn,
} from '@cairn/api';
import { alone } from './alone';
import { tell } from './channel';
import { database, readValue, type Waiting } from './db';
import { saveCare, saveOccurrence } from './saved';

/** Something new for the outbox; the outbox adds the key and the time. */
export type Deed = Pick<Waiting, 'kind' | 'subject' | 'request' | 'base'>;

export type Send = (waiting: Waiting) => Promise<unknown>;

/** `empty`: nothing waits. `waiting`: try again later. `ended`: the sign-in is over, nothing was lost. */
export type FlushResult = 'empty' | 'waiting' | 'ended';

const SHORTEST_SNOOZE_MINUTES = 5;
/** An answer that waited longer says when it was given. */
const LATE_MS = 60_000;

export const send: Send = ({ request, key }) => ask(sendRequest(request, key));

/** An answer to a reminder or a plan, as the screens and the notification's buttons give it. */
export const answerDeed = (occurrence_id: string, body: NewResponse): Deed => ({
  kind: 'answer',
  subject: occurrence_id,
  request: {
    method: 'POST',
    path: `/v1/occurrences/${encodeURIComponent(occurrence_id)}/responses`,
    body,
  },
});

/** Two snoozes of the same length are one, though the person may have tapped twice. */
const same = (a: Deed, b: Deed) =>
  JSON.stringify([a.request.path, a.request.body]) ===
  JSON.stringify([b.request.path, b.request.body]);

/**
 * Puts a deed into the outbox. The same one twice is one; a changed mind replaces what no request
 * has carried yet. Returns false when it was there already.
 */
export async function enqueue(
  deed: Deed,
  client_id: string,
  now = Date.now(),
  key: string = crypto.randomUUID(),
): Promise<boolean> {
  const tx = (await database()).transaction('outbox', 'readwrite');
  let last: Waiting | undefined;
  for (let cursor = await tx.store.openCursor(); cursor; cursor = await cursor.continue()) {
    const found = cursor.value;
    if (found.kind !== deed.kind || found.subject !== deed.subject) continue;
    if (!found.refused && found.client_id === client_id && same(found, deed)) {
      last = found;
    } else if (found.refused || !found.tried) {
      await cursor.delete();
    } else {
      last = undefined;
    }
  }
  if (!last) await tx.store.add({ ...deed, key, client_id, created_at: now, tried: false });
  await tx.done;
  if (!last) tell({ type: 'outbox' });
  return !last;
}

export async function waitingDeeds(): Promise<Waiting[]> {
  return (await database()).getAll('outbox');
}

/** Takes back what no request has carried yet, or what the server will not have. */
export async function takeBack(seq: number): Promise<boolean> {
  const tx = (await database()).transaction('outbox', 'readwrite');
  const found = await tx.store.get(seq);
  const possible = found !== undefined && (!found.tried || found.refused !== undefined);
  if (possible) await tx.store.delete(seq);
  await tx.done;
  if (possible) tell({ type: 'outbox' });
  return possible;
}

/**
 * "In 30 minutes" counts from the tap, not from when the phone found a network again; and a late answer tells when the
 * tap was.
 */
function forSending(waiting: Waiting, now: number): Waiting {
  if (waiting.tried || waiting.kind !== 'answer') return { ...waiting, tried: true };
  const body = { ...(waiting.request.body as NewResponse) };
  const minutes = body.snooze_minutes;
  if (minutes != null) {
    const left = minutes - Math.floor((now - waiting.created_at) / 60_000);
    body.snooze_minutes = Math.max(SHORTEST_SNOOZE_MINUTES, left);
  }
  const late = now - waiting.created_at > LATE_MS && !waiting.clock_wrong;
  if (late) body.answered_at = new Date(waiting.created_at).toISOString();
  return { ...waiting, tried: true, request: { ...waiting.request, body } };
}

/**
 * The server found a time impossible, so this phone's clock is wrong. An answer counts from when it arrives, a check-in
 * from what the clock would be if it were right. A new key, because the body is another.
 */
function withoutItsTime(waiting: Waiting, problem: Refused, now: number): Waiting | null {
  const body = waiting.request.body as { answered_at?: string } | undefined;
  if (problem.status !== 422 || !body?.answered_at || waiting.clock_wrong) return null;
  const answered_at =
    waiting.kind === 'check_in' ? new Date(now - clockSkew()).toISOString() : undefined;
  const request = { ...waiting.request, body: { ...body, answered_at } };
  return { ...waiting, key: crypto.randomUUID(), request, tried: false, clock_wrong: true };
}

/** Marks a deed as tried before its request, so that after a crash the same key goes with the same body. */
async function claim(seq: number, owner: string | undefined, now: number) {
  const tx = (await database()).transaction('outbox', 'readwrite');
  const waiting = await tx.store.get(seq);
  // It may have been replaced, sent or refused since the list was read, or be of someone else.
  if (!waiting || waiting.refused || waiting.client_id !== owner) return null;
  const claimed = forSending(waiting, now);
  await tx.store.put(claimed);
  await tx.done;
  return claimed;
}

/** Sends what waits, oldest first, one sender at a time over all tabs and the worker. */
export function flush(sender: Send = send, now = Date.now()): Promise<FlushResult> {
  return alone('outbox', async () => {
    const db = await database();
    const owner = await readValue('owner');
    for (const seq of await db.getAllKeys('outbox')) {
      const waiting = await claim(seq, owner, now);
      if (!waiting) continue;
      const { kind, subject } = waiting;
      try {
        const value = await sender(waiting);
        await db.delete('outbox', seq);
        if (kind === 'answer') await saveOccurrence(value as Occurrence);
        if (kind === 'check_in') await saveCare(value as RecordedCheckIn);
        tell({ type: 'sent', kind, subject, value });
        tell({ type: 'outbox' });
      } catch (problem) {
        if (!(problem instanceof Refused) || problem.status === 429) return 'waiting';
        if (problem.status === 401) {
          tell({ type: 'ended' });
          return 'ended';
        }
        const again = withoutItsTime(waiting, problem, now);
        if (again) {
          await db.put('outbox', again);
          return 'waiting';
        }
        await db.put('outbox', { ...waiting, refused: problem.code || String(problem.status) });
        tell({ type: 'outbox' });
      }
    }
    return 'empty';
  });
}

/** Asks the browser to wake the worker when there is a network again. Only Chromium can. */
export async function askForBackgroundSync(registration: ServiceWorkerRegistration): Promise<void> {
  const sync = (registration as { sync?: { register(tag: string): Promise<void> } }).sync;
  await sync?.register('outbox').catch(() => undefined);
}
