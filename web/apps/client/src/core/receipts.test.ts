import { Refused, Unreachable, type NewReceipt } from '@cairn/api';
import { beforeEach, expect, it, vi } from 'vitest';
import { wipe } from './db';
import { flushReceipts, record, type SendReceipt } from './receipts';

const receipt = (event: NewReceipt['event']): NewReceipt => ({
  delivery_id: 'd',
  receipt_token: 't',
  event,
  at: '2026-11-21T19:00:00.000Z',
});

beforeEach(wipe);

it('keeps receipts through a time without network and sends them in order', async () => {
  await record(receipt('shown'));
  await record(receipt('clicked'));
  const send = vi.fn<SendReceipt>(async () => {
    throw new Unreachable('offline');
  });
  expect(await flushReceipts(send)).toBe(false);
  expect(send).toHaveBeenCalledTimes(1);
  send.mockImplementation(async () => undefined);
  expect(await flushReceipts(send)).toBe(true);
  expect(send.mock.calls.slice(1).map(([body]) => body.event)).toEqual(['shown', 'clicked']);
  expect(await flushReceipts(send)).toBe(true);
  expect(send).toHaveBeenCalledTimes(3);
});

it('drops a receipt that is void', async () => {
  await record(receipt('shown'));
  const send = vi.fn<SendReceipt>(async () => {
    throw new Refused(404, {}, null);
  });
  expect(await flushReceipts(send)).toBe(true);
  expect(await flushReceipts(send)).toBe(true);
  expect(send).toHaveBeenCalledTimes(1);
});
