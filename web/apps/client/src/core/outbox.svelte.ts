import { Refused, type NewResponse, type Occurrence } from '@cairn/api';
import { listen, tell } from './channel';
import { wipe, type PendingAnswer } from './db';
import { net } from './net.svelte';
import { askForBackgroundSync, enqueue, flush, pendingAnswers, sendAnswer } from './outbox';
import { worker } from './platform';
import { flushReceipts } from './receipts';

export type AnswerResult = 'saved' | 'already' | 'queued' | 'refused' | 'ended';

/** The outbox as the screens see it. */
class Outbox {
  all = $state<PendingAnswer[]>([]);
  sending = $state(false);

  constructor() {
    listen((signal) => {
      if (signal.type === 'outbox' || signal.type === 'signed_out') void this.reload();
    });
  }

  get waiting(): PendingAnswer[] {
    return this.all.filter((answer) => !answer.refused);
  }

  get refused(): PendingAnswer[] {
    return this.all.filter((answer) => answer.refused);
  }

  /** The newest answer of this phone that the server has not confirmed. */
  last(occurrence_id: string): PendingAnswer | undefined {
    return this.all.findLast((answer) => answer.occurrence_id === occurrence_id);
  }

  async reload(): Promise<void> {
    this.all = await pendingAnswers().catch(() => []);
  }

  async flush(): Promise<void> {
    this.sending = true;
    try {
      const result = await flush();
      if (result === 'empty') net.reachable = true;
      if (result === 'waiting') net.reachable = false;
      await flushReceipts();
    } catch {
      // The database is not to be had now; the next wake-up tries again.
    } finally {
      this.sending = false;
      await this.reload();
    }
  }

  async answer(
    occurrence: Occurrence,
    body: NewResponse,
    client_id: string,
  ): Promise<AnswerResult> {
    const { occurrence_id, response } = occurrence;
    const repeated = response?.response === body.response && body.response !== 'snoozed';
    if (repeated && !this.last(occurrence_id)) return 'already';
    let added: boolean;
    try {
      added = await enqueue(occurrence_id, body, client_id);
    } catch {
      return this.answerWithoutStore(occurrence_id, body, client_id);
    }
    await this.reload();
    const registration = await worker();
    if (registration) void askForBackgroundSync(registration);
    await this.flush();
    const left = this.last(occurrence_id);
    if (left?.refused) return 'refused';
    if (left) return added ? 'queued' : 'already';
    return 'saved';
  }

  /** Storage may be full or forbidden; then the answer goes out at once or the person is told. */
  private async answerWithoutStore(
    occurrence_id: string,
    body: NewResponse,
    client_id: string,
  ): Promise<AnswerResult> {
    const key = crypto.randomUUID();
    const created_at = Date.now();
    try {
      const answer = { key, client_id, occurrence_id, body, created_at, tried: true };
      tell({ type: 'answered', occurrence: await sendAnswer(answer) });
      return 'saved';
    } catch (problem) {
      const ended = problem instanceof Refused && problem.status === 401;
      if (ended) tell({ type: 'ended' });
      return ended ? 'ended' : 'refused';
    }
  }

  async clear(): Promise<void> {
    await wipe();
    this.all = [];
  }
}

export const outbox = new Outbox();
