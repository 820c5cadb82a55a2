import type { RecordAccess } from '@cairn/api';
import { expect, it } from 'vitest';
import { visits } from './visits';

const row = (minute: number, name: string, data_class: string, more = {}): RecordAccess => ({
  at: new Date(Date.UTC(2026, 10, 21, 15, minute)).toISOString(),
  by: { name, roles: ['specialist'] },
  action: 'read',
  data_class,
  purpose: 'treatment',
  break_glass: false,
  ...more,
});

it('tells what one person did in one sitting as one entry', () => {
  const rows = [
    row(50, 'Sam', 'goals'),
    row(49, 'Sam', 'check_ins'),
    row(48, 'Sam', 'goals'),
    row(40, 'Kim', 'goals'),
    row(39, 'Sam', 'goals'),
    row(10, 'Sam', 'goals'),
  ];
  expect(
    visits(rows).map(({ by, parts }) => [by.name, parts.map(({ data_class }) => data_class)]),
  ).toEqual([
    ['Sam', ['goals', 'check_ins']],
    ['Kim', ['goals']],
    ['Sam', ['goals']],
    ['Sam', ['goals']],
  ]);
});

it('never hides an emergency look among others', () => {
  const rows = [row(50, 'Ada', 'goals', { break_glass: true }), row(49, 'Ada', 'goals')];
  expect(visits(rows).map(({ emergency }) => emergency)).toEqual([true, false]);
});
