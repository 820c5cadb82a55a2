import type { RecordedCheckIn } from '@cairn/api';
import { listen } from '../../core/channel';
import { dropValue, readValue, type Care } from '../../core/db';
import { careOf } from '../../core/saved';

/**
 * Some answers, and some words, call for somebody now. The phone knows it of the answers; of words only the server does,
 * which says so when it takes the check-in in: at once, or whenever there is a network again.
 */
class Caring {
  found = $state.raw<Care | null>(null);

  constructor() {
    listen((signal) => {
      if (signal.type === 'ended' || signal.type === 'signed_out') this.found = null;
      if (signal.type !== 'sent' || signal.kind !== 'check_in') return;
      this.found = careOf(signal.value as RecordedCheckIn) ?? this.found;
    });
  }

  async load(): Promise<void> {
    this.found ??= (await readValue('care').catch(() => undefined)) ?? null;
  }

  putAway(): void {
    this.found = null;
    void dropValue('care').catch(() => undefined);
  }
}

export const care = new Caring();
