import type { NewReceipt } from '@cairn/api';
import { flushReceipts, record } from '../core/receipts';

interface Receiptable {
  delivery_id: string | null;
  receipt_token: string | null;
}

/** Tells the server what became of a reminder; kept and tried again later when it cannot be told now. */
export async function report(
  { delivery_id, receipt_token }: Receiptable,
  event: NewReceipt['event'],
): Promise<void> {
  if (!delivery_id || !receipt_token) return;
  await record({ delivery_id, receipt_token, event, at: new Date().toISOString() });
  await flushReceipts();
}
