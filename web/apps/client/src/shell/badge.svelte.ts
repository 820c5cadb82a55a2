import { localDate } from '@cairn/i18n';
import { clearBadge } from '../core/badge';
import { outbox } from '../core/outbox.svelte';
import { agenda } from '../features/agenda/agenda.svelte';
import { shownAnswer } from '../features/agenda/answers';
import { openToday } from '../features/agenda/days';
import { answered } from '../features/checkins/checkins.svelte';
import { session } from '../features/identity/session.svelte';

const TICK_MS = 30_000;

/** A number and nothing else; none for nothing. */
const show = (count: number): void => {
  if (count === 0) return clearBadge();
  const badge = navigator as { setAppBadge?(count: number): Promise<void> };
  void badge.setAppBadge?.(count).catch(() => undefined);
};

/** Keeps on the app's icon how many plans of today wait for an answer. Returns what ends it, and takes it away. */
export function followBadge(): () => void {
  // The plans of yesterday are not counted after midnight.
  let now = $state(Date.now());
  const timer = setInterval(() => (now = Date.now()), TICK_MS);
  const stop = $effect.root(() => {
    $effect(() => {
      const zone = session.client?.time_zone;
      if (!zone || !agenda.value) return;
      const today = localDate(now, zone);
      const checkedIn = answered(zone).flatMap(({ date, schedule_id }) =>
        date === today && schedule_id ? [schedule_id] : [],
      );
      const isAnswered = (item: (typeof agenda.value)[number]) =>
        shownAnswer(item, outbox.last('answer', item.occurrence_id)) !== null ||
        checkedIn.includes(item.check_in_schedule_id ?? '');
      show(openToday(agenda.value, zone, now, isAnswered));
    });
  });
  return () => {
    stop();
    clearInterval(timer);
    clearBadge();
  };
}
