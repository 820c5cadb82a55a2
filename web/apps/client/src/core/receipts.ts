import { api, ask, Refused, type NewReceipt } from '@cairn/api';
import { alone } from '@cairn/outbox';
import { database } from './db';

export type SendReceipt = (receipt: NewReceipt) => Promise<unknown>;

export const sendReceipt: SendReceipt = (body) => ask(api.POST('/v1/receipts', { body }));

/** Writes the receipt down first, so that it survives a worker that is stopped in the middle. */
export async function record(receipt: NewReceipt): Promise<void> {
  await (await database()).add('receipts', { body: receipt });
}

/** Sends the receipts that wait; true when none is left. A refused one is old or void: dropped. */
export function flushReceipts(send: SendReceipt = sendReceipt): Promise<boolean> {
  return alone('receipts', async () => {
    const db = await database();
    for (const { seq, body } of await db.getAll('receipts')) {
      try {
        await send(body);
      } catch (problem) {
        if (!(problem instanceof Refused) || problem.status === 429) return false;
      }
      if (seq !== undefined) await db.delete('receipts', seq);
    }
    return true;
  });
}
