import { expect, it } from 'vitest';
import { freeTop, type Span } from './place';

const room = { top: 60, bottom: 560 };
const span = (top: number, bottom: number): Span => ({ top, bottom });

it('lies at the bottom where nothing is', () => {
  expect(freeTop(48, room, [])).toBe(512);
  expect(freeTop(48, room, [span(100, 150), span(560, 640)])).toBe(512);
});

it('goes up past whatever can be tapped', () => {
  expect(freeTop(48, room, [span(500, 550)])).toBe(452);
  // Two with a gap that is too small, in any order, and one that stands beside another.
  const taken = [span(400, 445), span(500, 550), span(480, 530), span(300, 340)];
  expect(freeTop(48, room, taken)).toBe(352);
});

it('covers nothing, and so has no place, on a screen that is full', () => {
  const full = Array.from({ length: 12 }, (_, index) => span(60 + index * 48, 100 + index * 48));
  expect(freeTop(48, room, full)).toBeNull();
});
