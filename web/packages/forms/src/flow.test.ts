import { describe, expect, it } from 'vitest';
import {
  columns,
  answersInOneTap,
  missing,
  outOfRange,
  scaleValues,
  screens,
  toSend,
} from './flow.js';
import { faceOf, faceValues, type FormItem, type FormLayout } from './layout.js';

const words = { en: 'x', es: 'x' };
const item = (id: string, more: Partial<FormItem> = {}): FormItem => ({
  id,
  type: 'scale',
  label: words,
  optional: true,
  ...more,
});
const layout: FormLayout = {
  items: [
    item('mood', { type: 'faces', min: 0, max: 10 }),
    item('used', { type: 'yes_no' }),
    item('how_much', { type: 'number', min: 0, max: 24, when: { item: 'used', equals: true } }),
    item('note', { type: 'text' }),
  ],
  steps: [['mood'], ['used', 'how_much']],
};

describe('screens', () => {
  const ids = (answers: Record<string, boolean>) =>
    screens(layout, answers).map((items) => items.map(({ id }) => id));

  it('leaves out what does not apply, and forgets no item', () => {
    expect(ids({})).toEqual([['mood'], ['used'], ['note']]);
    expect(ids({ used: true })).toEqual([['mood'], ['used', 'how_much'], ['note']]);
  });
});

it('sends numbers as numbers and nothing that was not asked or said', () => {
  expect(toSend(layout, { mood: 5, used: false, how_much: '3', note: '' })).toEqual({
    mood: 5,
    used: false,
  });
  expect(toSend(layout, { used: true, how_much: '3' })).toEqual({ used: true, how_much: 3 });
});

it('knows what a score still needs', () => {
  const needed = item('one', { optional: false });
  expect(missing([needed, item('two')], {})).toEqual([needed]);
  expect(missing([needed], { one: 0 })).toEqual([]);
});

it('knows a number that cannot be', () => {
  const hours = item('sleep', { type: 'number', min: 0, max: 24 });
  expect([undefined, '', '7.5', 24].map((value) => outOfRange(hours, value))).toEqual(
    Array(4).fill(false),
  );
  expect(['x', 25, -1].map((value) => outOfRange(hours, value))).toEqual(Array(3).fill(true));
});

it('goes on by itself only after a question of one tap', () => {
  expect(answersInOneTap([item('a')])).toBe(true);
  expect(answersInOneTap([item('a', { type: 'text' })])).toBe(false);
  expect(answersInOneTap([item('a'), item('b')])).toBe(false);
});

it('spreads five faces over the numbers of an item, and back', () => {
  expect(
    faceValues(item('mood', { type: 'faces', min: 0, max: 10 })).map(({ value }) => value),
  ).toEqual([0, 3, 5, 8, 10]);
  expect([0, 3, 5, 8, 10].map((value) => faceOf(value, 0, 10))).toEqual([1, 2, 3, 4, 5]);
  const chosen = item('m', {
    type: 'faces',
    choices: [1, 2, 3, 4, 5].map((value) => ({ value, label: words })),
  });
  expect(faceValues(chosen).map(({ level, value }) => [level, value])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
    [5, 5],
  ]);
});

it('counts a scale from its lowest to its highest answer', () => {
  expect(scaleValues(item('a', { min: 1, max: 4 }))).toEqual([1, 2, 3, 4]);
  expect(scaleValues(item('a'))).toHaveLength(11);
});

it('leaves no number of a scale alone in its row', () => {
  for (const count of [4, 5, 6, 7, 10, 11]) {
    for (const most of [4, 6]) {
      const rest = count % columns(count, most);
      expect(columns(count, most)).toBeLessThanOrEqual(most);
      if (count > columns(count, most))
        expect([count, most, rest === 1]).toEqual([count, most, false]);
    }
  }
  expect([columns(11, 6), columns(11, 4)]).toEqual([6, 4]);
});
