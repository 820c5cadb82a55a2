import type { Occurrence } from '@cairn/api';
import { addDays, clockShift, localDate, type LocalDate } from '@cairn/i18n';

export interface Day {
  date: LocalDate;
  relation: 'today' | 'tomorrow' | 'later';
  shift: 'forward' | 'back' | null;
  items: Occurrence[];
}

/** Things without an end are treated as going on for this long. */
const DEFAULT_LENGTH_MS = 60 * 60_000;

export const endOf = (item: Occurrence): number =>
  item.ends_at ? Date.parse(item.ends_at) : Date.parse(item.starts_at) + DEFAULT_LENGTH_MS;

/**
 * The list by day as the person's own calendar would have it. Today is always there, even empty;
 * days before today (a saved list may be old) are left out.
 */
export function groupByDay(items: readonly Occurrence[], zone: string, now: number): Day[] {
  const today = localDate(now, zone);
  const tomorrow = addDays(today, 1);
  const byDate = new Map<LocalDate, Occurrence[]>([[today, []]]);
  const sorted = [...items].sort(
    (a, b) =>
      Date.parse(a.starts_at) - Date.parse(b.starts_at) ||
      a.occurrence_id.localeCompare(b.occurrence_id),
  );
  for (const item of sorted) {
    const date = localDate(item.starts_at, zone);
    if (date < today) continue;
    const day = byDate.get(date);
    if (day) day.push(item);
    else byDate.set(date, [item]);
  }
  return [...byDate].map(([date, dayItems]) => ({
    date,
    relation: date === today ? 'today' : date === tomorrow ? 'tomorrow' : 'later',
    shift: clockShift(date, zone),
    items: dayItems,
  }));
}

/** How many plans of today still wait for a word of the person. */
export const openToday = (
  items: readonly Occurrence[],
  zone: string,
  now: number,
  answered: (item: Occurrence) => boolean,
): number =>
  items.filter(
    (item) =>
      item.status === 'planned' &&
      localDate(item.starts_at, zone) === localDate(now, zone) &&
      !answered(item),
  ).length;

/** What comes next today or tomorrow and still wants the person's attention. */
export function nextItem(
  items: readonly Occurrence[],
  zone: string,
  now: number,
  settled: (item: Occurrence) => boolean,
): Occurrence | null {
  const dayAfter = addDays(localDate(now, zone), 2);
  const open = items.filter(
    (item) =>
      item.status === 'planned' &&
      endOf(item) > now &&
      localDate(item.starts_at, zone) < dayAfter &&
      !settled(item),
  );
  open.sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at));
  return open[0] ?? null;
}
