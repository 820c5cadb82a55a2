import { localDate } from '@cairn/i18n';
import { outbox } from '../core/outbox.svelte';
import { agenda } from '../features/agenda/agenda.svelte';
import { shownAnswer } from '../features/agenda/answers';
import { openToday } from '../features/agenda/days';
import { answered } from '../features/checkins/checkins.svelte';
import { session } from '../features/identity/session.svelte';

type Badge = { setAppBadge?(count: number): Promise<void>; clearAppBadge?(): Promise<void> };

/** A number and nothing else; none for nothing. Not every system lets an app have one. */
const show = (count: number): void => {
  const badge = navigator as Badge;
  const done = count > 0 ? badge.setAppBadge?.(count) : badge.clearAppBadge?.();
  void done?.catch(() => undefined);
};

/** Keeps on the app's icon how many plans of today wait for an answer. Returns what ends it, and takes it away. */
export function followBadge(): () => void {
  const stop = $effect.root(() => {
    $effect(() => {
      const zone = session.client?.time_zone;
      if (!zone || !agenda.value) return;
      const now = Date.now();
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
    show(0);
  };
}
