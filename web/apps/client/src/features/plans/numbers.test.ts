import { expect, it } from 'vitest';
import { linesOf, withNumbers } from './numbers';

const numbers = (text: string) => withNumbers(text).flatMap(({ tel }) => (tel ? [tel] : []));

it('finds the numbers that people write down, and changes no word', () => {
  const text = 'Maria (555) 201-3344 or 555-201-3345.\nCall 988, not room 9881 or 12.';
  expect(numbers(text)).toEqual(['5552013344', '5552013345', '988']);
  expect(
    withNumbers(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
});

it('knows a country code and no number at all', () => {
  expect(numbers('+1 555 201 3344')).toEqual(['+15552013344']);
  expect(numbers('my sister')).toEqual([]);
  expect(withNumbers('')).toEqual([]);
});

it('knows on each line who is called, the number, and what else is written there', () => {
  const text =
    'My brother Tom: 555-201-3344 (after 5)\n988\nMaria next door\n\nAna (555) 201-3350, 911';
  const seen = linesOf(text).map(({ before, call, after }) => [
    before,
    call?.text ?? null,
    after.map((piece) => piece.text).join(''),
  ]);
  expect(seen).toEqual([
    ['My brother Tom: ', '555-201-3344', ' (after 5)'],
    ['', '988', ''],
    ['Maria next door', null, ''],
    ['', null, ''],
    ['Ana ', '(555) 201-3350', ', 911'],
  ]);
});
