import type { Occurrence, ResponseKind } from '@cairn/api';
import { isVisit } from './answers';
import { endOf } from './days';

/** All five answers; the first is the likeliest and gets the weight. */
export function answerOrder(item: Occurrence, now: number): ResponseKind[] {
  if (!isVisit(item.kind)) return ['done', 'confirmed', 'snoozed', 'declined', 'help'];
  if (endOf(item) <= now) return ['done', 'declined', 'confirmed', 'snoozed', 'help'];
  return ['confirmed', 'declined', 'done', 'snoozed', 'help'];
}

export const SNOOZE_MINUTES = [30, 120, 1440] as const;
