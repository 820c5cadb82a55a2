import type { Goal } from '@cairn/api';
import { expect, it } from 'vitest';
import { draftOf, problemOf, readNumber, readTarget, toBody } from './draft';

const full = () => {
  const draft = draftOf(null);
  return Object.assign(draft, { title: ' Walk ', life_area: 'health' as const });
};

it('reads numbers as they are typed', () => {
  expect(['3', ' 2,5 ', '0.5', '', 'three', '1 2'].map(readNumber)).toEqual([
    3,
    2.5,
    0.5,
    null,
    null,
    null,
  ]);
});

it('wants all of a target or nothing of it', () => {
  const none = { measure: '', value: ' ', unit: '', due: '' };
  expect(readTarget(none)).toBeNull();
  expect(readTarget({ ...none, due: '2027-01-01' })).toBeNull();
  expect(readTarget({ ...none, value: '3' })).toBe('wrong');
  const walks = { measure: 'Walks a week', value: '3', unit: 'walks', due: '' };
  expect(readTarget(walks)).toEqual({ ...walks, value: 3, due: null });
  expect(readTarget({ ...walks, value: 'many' })).toBe('wrong');
  expect(readTarget({ ...walks, value: '-1' })).toBe('wrong');
});

it('says what is missing, the first thing first', () => {
  expect(problemOf(draftOf(null))).toBe('title');
  expect(problemOf({ ...draftOf(null), title: 'Walk' })).toBe('area');
  const half = { measure: 'Walks', value: '', unit: '', due: '' };
  expect(problemOf({ ...full(), target: half })).toBe('target');
  expect(problemOf(full())).toBeNull();
});

it('sends no empty steps, and keeps the ids of those that are there', () => {
  const draft = full();
  draft.steps = [
    { id: 'one', title: ' Shoes ' },
    { id: null, title: ' ' },
    { id: null, title: 'Corner' },
  ];
  expect(toBody(draft)).toEqual({
    title: 'Walk',
    why: null,
    life_area: 'health',
    target: null,
    steps: [{ id: 'one', title: 'Shoes' }, { title: 'Corner' }],
  });
});

it('opens a goal as it is', () => {
  const target = { measure: 'Walks', value: 3, unit: 'walks', due: null };
  const goal = { title: 'Walk', why: null, life_area: 'health', steps: [], target } as unknown;
  const draft = draftOf(goal as Goal);
  expect(draft.target).toEqual({ measure: 'Walks', value: '3', unit: 'walks', due: '' });
  expect(toBody(draft).target).toEqual(target);
});
