import { addDays, type LocalDate } from '@cairn/i18n';

export interface Point {
  date: LocalDate;
  value: number | null;
}

/** What the eye is to see first, put into words. */
export type Trend = 'up' | 'down' | 'steady' | 'too_few';

const present = (points: readonly Point[]): number[] =>
  points.flatMap(({ value }) => (value === null ? [] : [value]));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The later half against the earlier half. Under three days in either there is nothing to say. */
export function trend(points: readonly Point[], worthTelling = 0.75): Trend {
  const middle = Math.floor(points.length / 2);
  const before = present(points.slice(0, middle));
  const after = present(points.slice(middle));
  if (before.length < 3 || after.length < 3) return 'too_few';
  const change = mean(after) - mean(before);
  if (Math.abs(change) < worthTelling) return 'steady';
  return change > 0 ? 'up' : 'down';
}

/** Weekly means for long ranges; a week without any answer stays a gap. */
export function byWeek(points: readonly Point[]): Point[] {
  const weeks: Point[] = [];
  for (let index = 0; index < points.length; index += 7) {
    const week = points.slice(index, index + 7);
    const values = present(week);
    weeks.push({ date: week[0]?.date ?? '', value: values.length > 0 ? mean(values) : null });
  }
  return weeks;
}

/** Every day from the first to the last, so that a day without an answer is a gap and not a shortcut. */
export function everyDay(points: readonly Point[], from: LocalDate, to: LocalDate): Point[] {
  const known = new Map(points.map(({ date, value }) => [date, value]));
  const days: Point[] = [];
  for (let date = from; date <= to; date = addDays(date, 1)) {
    days.push({ date, value: known.get(date) ?? null });
  }
  return days;
}

export interface Spot {
  x: number;
  y: number;
  point: Point;
}

/** Places points in a box; a gap ends a line and the next point begins another. */
export function place(
  points: readonly Point[],
  [min, max]: readonly [number, number],
  box: { left: number; right: number; top: number; bottom: number },
): { spots: Spot[]; lines: Spot[][] } {
  const width = box.right - box.left;
  const lines: Spot[][] = [];
  let open: Spot[] | null = null;
  points.forEach((point, index) => {
    if (point.value === null) {
      open = null;
      return;
    }
    const x = box.left + (points.length === 1 ? width / 2 : (index * width) / (points.length - 1));
    const share = (point.value - min) / (max - min);
    const spot = { x, y: box.bottom - share * (box.bottom - box.top), point };
    if (open) open.push(spot);
    else lines.push((open = [spot]));
  });
  return { spots: lines.flat(), lines };
}
