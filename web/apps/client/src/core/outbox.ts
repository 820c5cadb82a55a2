import { api, ask, Refused, type NewResponse, type Occurrence } from '@cairn/api';
import { alone } from './alone';
import { tell } from './channel';
import { database, readValue, type PendingAnswer } from './db';
import { saveOccurrence } from './saved';

export type SendAnswer = (answer: PendingAnswer) => Promise<Occurrence>;

/** `empty`: nothing waits. `waiting`: try again later. `ended`: the sign-in is over, nothing was lost. */
export type FlushResult = 'empty' | 'waiting' | 'ended';

const SHORTEST_SNOOZE_MINUTES = 5;
/** An answer that waited longer says when it was given. */
const LATE_MS = 60_000;

export const sendAnswer: SendAnswer = (answer) =>
  ask(
    api.POST('/v1/occurrences/{occurrence_id}/responses', {
      params: {
        path: { occurrence_id: answer.occurrence_id },
        header: { 'Idempotency-Key': answer.key },
      },
      body: answer.body,
    }),
  );

const sameAnswer = (a: NewResponse, b: NewResponse) =>
  a.response === b.response && a.snooze_minutes === b.snooze_minutes;

/**
 * Puts an answer into the outbox. The same answer twice is one; a changed mind replaces an answer
 * that no request has carried yet. Returns false when it was there already.
 */
export async function enqueue(
  occurrence_id: string,
  body: NewResponse,
  client_id: string,
  now = Date.now(),
  key: string = crypto.randomUUID(),
): Promise<boolean> {
  const tx = (await database()).transaction('outbox', 'readwrite');
  let last: PendingAnswer | undefined;
  for (let cursor = await tx.store.openCursor(); cursor; cursor = await cursor.continue()) {
    const found = cursor.value;
    if (found.occurrence_id !== occurrence_id) continue;
    if (!found.refused && found.client_id === client_id && sameAnswer(found.body, body)) {
      last = found;
    } else if (found.refused || !found.tried) {
      await cursor.delete();
    } else {
      last = undefined;
    }
  }
  if (!last) {
    await tx.store.add({ key, client_id, occurrence_id, body, created_at: now, tried: false });
  }
  await tx.done;
  if (!last) tell({ type: 'outbox' });
  return !last;
}

export async function pendingAnswers(): Promise<PendingAnswer[]> {
  return (await database()).getAll('outbox');
}

/**
 * "In 30 minutes" counts from the tap, not from when the phone found a network again; and a late answer tells when the
 * tap was.
 */
function forSending(waiting: PendingAnswer, now: number): PendingAnswer {
  if (waiting.tried) return waiting;
  const late = now - waiting.created_at > LATE_MS && !waiting.clock_wrong;
  const answered_at = late ? { answered_at: new Date(waiting.created_at).toISOString() } : {};
  const answer = { ...waiting, body: { ...waiting.body, ...answered_at } };
  const minutes = answer.body.snooze_minutes;
  if (minutes == null) return { ...answer, tried: true };
  const left = minutes - Math.floor((now - answer.created_at) / 60_000);
  const snooze_minutes = Math.max(SHORTEST_SNOOZE_MINUTES, left);
  return { ...answer, tried: true, body: { ...answer.body, snooze_minutes } };
}

/** Marks an answer as tried before its request, so that after a crash the same key goes with the same body. */
async function claim(seq: number, owner: string | undefined, now: number) {
  const tx = (await database()).transaction('outbox', 'readwrite');
  const waiting = await tx.store.get(seq);
  // It may have been replaced, sent or refused since the list was read, or be of someone else.
  if (!waiting || waiting.refused || waiting.client_id !== owner) return null;
  const answer = forSending(waiting, now);
  await tx.store.put(answer);
  await tx.done;
  return answer;
}

/** Sends what waits, oldest first, one sender at a time over all tabs and the worker. */
export function flush(send: SendAnswer = sendAnswer, now = Date.now()): Promise<FlushResult> {
  return alone('outbox', async () => {
    const db = await database();
    const owner = await readValue('owner');
    for (const seq of await db.getAllKeys('outbox')) {
      const answer = await claim(seq, owner, now);
      if (!answer) continue;
      try {
        const occurrence = await send(answer);
        await db.delete('outbox', seq);
        await saveOccurrence(occurrence);
        tell({ type: 'answered', occurrence });
        tell({ type: 'outbox' });
      } catch (problem) {
        if (!(problem instanceof Refused) || problem.status === 429) return 'waiting';
        if (problem.status === 401) {
          tell({ type: 'ended' });
          return 'ended';
        }
        if (problem.status === 422 && answer.body.answered_at) {
          // Our clock is wrong. The answer counts, from when it arrives.
          const body = { ...answer.body, answered_at: undefined };
          const again = {
            ...answer,
            key: crypto.randomUUID(),
            body,
            tried: false,
            clock_wrong: true,
          };
          await db.put('outbox', again);
          return 'waiting';
        }
        await db.put('outbox', { ...answer, refused: problem.code || String(problem.status) });
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
