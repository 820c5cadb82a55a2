import type { NewResponse, Occurrence, RecordedCheckIn, Refused } from '@cairn/api';
import { clockSkew } from '@cairn/api';
import {
  createOutbox,
  takeBack as takeBackAny,
  type OutboxDatabase,
  type Rules,
  type Send as SendAny,
} from '@cairn/outbox';
import { tell } from './channel';
import { database, readValue, type Deed, type Waiting, type WaitingKind } from './db';
import { saveCare, saveOccurrence } from './saved';

export type Send = SendAny<WaitingKind>;

const SHORTEST_SNOOZE_MINUTES = 5;
/** An answer that waited longer says when it was given. */
const LATE_MS = 60_000;

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

/**
 * "In 30 minutes" counts from the tap, not from when the phone found a network again; and a late answer tells when the
 * tap was.
 */
function firstSending({ kind, request, created_at, clock_wrong }: Waiting, now: number) {
  if (kind !== 'answer') return request;
  const body = { ...(request.body as NewResponse) };
  const minutes = body.snooze_minutes;
  if (minutes != null) {
    const left = minutes - Math.floor((now - created_at) / 60_000);
    body.snooze_minutes = Math.max(SHORTEST_SNOOZE_MINUTES, left);
  }
  const late = now - created_at > LATE_MS && !clock_wrong;
  if (late) body.answered_at = new Date(created_at).toISOString();
  return { ...request, body };
}

/**
 * The server found a time impossible, so this phone's clock is wrong. An answer counts from when it arrives, a check-in
 * from what the clock would be if it were right. A new key, because the body is another.
 */
function mended(waiting: Waiting, problem: Refused, now: number): Waiting | null {
  const body = waiting.request.body as { answered_at?: string } | undefined;
  if (problem.status !== 422 || !body?.answered_at || waiting.clock_wrong) return null;
  const answered_at =
    waiting.kind === 'check_in' ? new Date(now - clockSkew()).toISOString() : undefined;
  const request = { ...waiting.request, body: { ...body, answered_at } };
  return { ...waiting, key: crypto.randomUUID(), request, tried: false, clock_wrong: true };
}

const rules: Rules<WaitingKind> = {
  // One of the stores of the app's database.
  database: () => database() as unknown as Promise<OutboxDatabase>,
  owner: () => readValue('owner'),
  firstSending,
  mended,
  async sent({ kind, subject }, value) {
    if (kind === 'answer') await saveOccurrence(value as Occurrence);
    if (kind === 'check_in') await saveCare(value as RecordedCheckIn);
    tell({ type: 'sent', kind, subject, value });
  },
  changed: () => tell({ type: 'outbox' }),
  ended: () => tell({ type: 'ended' }),
};

export const { enqueue, waitingDeeds, flush } = createOutbox(rules);

export const takeBack = (seq: number) => takeBackAny(rules, seq);
