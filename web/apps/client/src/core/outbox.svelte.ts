import { Refused } from '@cairn/api';
import { askForBackgroundSync, send } from '@cairn/outbox';
import { listen, tell } from './channel';
import { wipe, writeValue, type Deed, type Waiting, type WaitingKind } from './db';
import { net } from './net.svelte';
import { enqueue, flush, takeBack, waitingDeeds } from './outbox';
import { worker } from './platform';
import { flushReceipts } from './receipts';

/**
 * How far a deed got: `saved` by the server, there `already`, `queued` on this phone, `refused` by the
 * server, `ended` because the sign-in is over, or `lost`: this phone is full and the server not there.
 */
export type DeedResult = 'saved' | 'already' | 'queued' | 'refused' | 'ended' | 'lost';

/** The outbox as the screens see it. */
class Outbox {
  all = $state.raw<Waiting[]>([]);
  sending = $state(false);

  constructor() {
    listen((signal) => {
      if (signal.type === 'outbox' || signal.type === 'signed_out') void this.reload();
    });
  }

  get waiting(): Waiting[] {
    return this.all.filter((one) => !one.refused);
  }

  get refused(): Waiting[] {
    return this.all.filter((one) => one.refused);
  }

  /** The newest word of this phone about something that the server has not confirmed. */
  last(kind: WaitingKind, subject: string): Waiting | undefined {
    return this.all.findLast((one) => one.kind === kind && one.subject === subject);
  }

  of(kind: WaitingKind): Waiting[] {
    return this.all.filter((one) => one.kind === kind && !one.refused);
  }

  async reload(): Promise<void> {
    this.all = await waitingDeeds().catch(() => []);
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

  /** Keeps a deed on this phone, tries to send it, and says how far it got. */
  async do(deed: Deed, owner: string): Promise<DeedResult> {
    let added: boolean;
    try {
      added = await enqueue(deed, owner);
      void writeValue('first_deed_at', Date.now()).catch(() => undefined);
    } catch {
      return this.withoutStore(deed, owner);
    }
    await this.reload();
    const registration = await worker();
    if (registration) void askForBackgroundSync(registration);
    await this.flush();
    const left = this.last(deed.kind, deed.subject);
    if (left?.refused) return 'refused';
    if (left) return added ? 'queued' : 'already';
    return 'saved';
  }

  /** Storage may be full or forbidden; then the deed goes out at once or the person is told. */
  private async withoutStore(deed: Deed, owner: string): Promise<DeedResult> {
    const key = crypto.randomUUID();
    try {
      const value = await send({ ...deed, key, owner, created_at: Date.now(), tried: true });
      tell({ type: 'sent', kind: deed.kind, subject: deed.subject, value });
      return 'saved';
    } catch (problem) {
      if (!(problem instanceof Refused)) return 'lost';
      if (problem.status === 401) tell({ type: 'ended' });
      return problem.status === 401 ? 'ended' : 'refused';
    }
  }

  async takeBack(one: Waiting): Promise<boolean> {
    const done = one.seq !== undefined && (await takeBack(one.seq).catch(() => false));
    await this.reload();
    return done;
  }

  async clear(): Promise<void> {
    await wipe();
    this.all = [];
  }
}

export const outbox = new Outbox();
