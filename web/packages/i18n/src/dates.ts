import type { Locale } from './locales.js';

/** A calendar date without a zone, `YYYY-MM-DD`. */
export type LocalDate = string;

const TAGS: Record<Locale, string> = { en: 'en-US', es: 'es-US' };

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Formatters are slow to build and a list needs the same one for every row. */
function formatter(tag: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = tag + JSON.stringify(options);
  let found = formatters.get(key);
  if (!found) formatters.set(key, (found = new Intl.DateTimeFormat(tag, options)));
  return found;
}

/** The date that a calendar on the wall shows in `zone` at this instant. */
export function localDate(instant: string | number | Date, zone: string): LocalDate {
  return formatter('en-CA', { timeZone: zone, dateStyle: 'short' }).format(new Date(instant));
}

export function addDays(date: LocalDate, days: number): LocalDate {
  const moved = new Date(`${date}T12:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** No line ends between an hour and its half of the day. */
const whole = (time: string): string => time.replace(/\s(?=[AaPp]\.?\s?[Mm])/g, '\u00a0');

/** `3:00 PM` or `3:00 p. m.` */
export function formatTime(instant: string | number | Date, zone: string, locale: Locale): string {
  return whole(
    formatter(TAGS[locale], { timeZone: zone, timeStyle: 'short' }).format(new Date(instant)),
  );
}

/** `Saturday, November 21`, `sábado, 21 de noviembre`: within a sentence. */
export function formatDayInside(date: LocalDate, locale: Locale): string {
  return formatter(TAGS[locale], {
    timeZone: 'UTC',
    weekday: 'long',
    month: 'long',
    day: 'numeric',
  }).format(new Date(`${date}T12:00:00Z`));
}

/** `Saturday, November 21`, `Sábado, 21 de noviembre`: by itself. */
export function formatDay(date: LocalDate, locale: Locale): string {
  const text = formatDayInside(date, locale);
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `Sat, Nov 21`, where many stand below each other. */
export function formatTableDay(date: LocalDate, locale: Locale): string {
  return formatter(TAGS[locale], {
    timeZone: 'UTC',
    weekday: 'short',
    month: 'short',
    day: 'numeric',
  }).format(new Date(`${date}T12:00:00Z`));
}

/** `November 21, 2026`, where the year counts. */
export function formatDate(date: LocalDate, locale: Locale): string {
  return formatter(TAGS[locale], { timeZone: 'UTC', dateStyle: 'long' }).format(
    new Date(`${date}T12:00:00Z`),
  );
}

/** `Nov 21, 3:00 PM`, for something that may not be of today. */
export function formatMoment(
  instant: string | number | Date,
  zone: string,
  locale: Locale,
): string {
  return whole(
    formatter(TAGS[locale], {
      timeZone: zone,
      month: 'short',
      day: 'numeric',
      hour: 'numeric',
      minute: '2-digit',
    }).format(new Date(instant)),
  );
}

/** `Ana and Luis`, `Ana y Luis` */
export function formatNames(names: readonly string[], locale: Locale): string {
  return new Intl.ListFormat(TAGS[locale], { type: 'conjunction' }).format(names);
}

/** `Eastern Time`, or the zone's own name where the browser knows no better. */
export function formatZone(zone: string, locale: Locale): string {
  const parts = formatter(TAGS[locale], {
    timeZone: zone,
    timeZoneName: 'longGeneric',
  }).formatToParts(new Date());
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

/** Minutes that the zone is ahead of UTC at this instant. */
export function offsetMinutes(instant: string | number | Date, zone: string): number {
  const at = new Date(instant);
  const parts = formatter('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(at);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const wall = Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'));
  return Math.round((wall - at.getTime()) / 60_000);
}

/** Whether the clocks of `zone` change during this date, and which way. */
export function clockShift(date: LocalDate, zone: string): 'forward' | 'back' | null {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const start = midnight - offsetMinutes(midnight, zone) * 60_000;
  const before = offsetMinutes(start - 3_600_000, zone);
  const after = offsetMinutes(start + 23 * 3_600_000, zone);
  if (after === before) return null;
  return after > before ? 'forward' : 'back';
}

/** The hour of the day (0 to 23) in `zone`. */
export function localHour(instant: string | number | Date, zone: string): number {
  return Number(
    formatter('en-US', { timeZone: zone, hourCycle: 'h23', hour: 'numeric' }).format(
      new Date(instant),
    ),
  );
}

/** `Nov 21` */
export function formatShortDay(date: LocalDate, locale: Locale): string {
  return formatter(TAGS[locale], { timeZone: 'UTC', month: 'short', day: 'numeric' }).format(
    new Date(`${date}T12:00:00Z`),
  );
}

/** At most one digit after the point. */
export function formatNumber(value: number, locale: Locale): string {
  return new Intl.NumberFormat(TAGS[locale], { maximumFractionDigits: 1 }).format(value);
}
