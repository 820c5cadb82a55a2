import { expect, it } from 'vitest';
import { byWeek, everyDay, place, trend, type Point } from './shape';

const series = (...values: (number | null)[]): Point[] =>
  values.map((value, index) => ({
    date: `2026-11-${String(index + 1).padStart(2, '0')}`,
    value,
  }));

it('tells a change only when there is enough to tell it from', () => {
  expect(trend(series(3, 3, 3, 7, 7, 7))).toBe('up');
  expect(trend(series(7, 7, 7, 3, 3, 3))).toBe('down');
  expect(trend(series(5, 6, 5, 5, 6, 5))).toBe('steady');
  expect(trend(series(1, null, null, null, 9, 9))).toBe('too_few');
  expect(trend([])).toBe('too_few');
});

it('fills missing days with gaps, never with zeros', () => {
  const [first, third] = [series(4), series(0, 0, 6).slice(2)];
  expect(
    everyDay([...third, ...first], '2026-11-01', '2026-11-04').map(({ value }) => value),
  ).toEqual([4, null, 6, null]);
});

it('keeps a week without an answer a gap', () => {
  const weeks = byWeek(series(2, 4, ...Array<null>(5).fill(null), ...Array<null>(7).fill(null), 8));
  expect(weeks.map(({ value }) => value)).toEqual([3, null, 8]);
});

it('breaks the line at a gap', () => {
  const box = { left: 0, right: 30, top: 0, bottom: 10 };
  const { spots, lines } = place(series(0, 10, null, 5), [0, 10], box);
  expect(lines.map((line) => line.length)).toEqual([2, 1]);
  expect(spots.map(({ x, y }) => [x, y])).toEqual([
    [0, 10],
    [10, 0],
    [30, 5],
  ]);
});
