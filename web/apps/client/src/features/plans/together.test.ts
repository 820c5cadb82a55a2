import type { PlanSection } from '@cairn/api';
import { expect, it } from 'vitest';
import { together } from './together';

const part = (key: string, text: string, shared = false): PlanSection => ({ key, text, shared });

const base = [part('coping', 'Walk'), part('reasons', 'Luna'), part('daily', '')];

it('keeps what each phone wrote', () => {
  const mine = [part('coping', 'Walk, music'), part('reasons', 'Luna'), part('daily', '')];
  const now = [part('coping', 'Walk'), part('reasons', 'Luna and Tom'), part('daily', '')];
  expect(together(now, mine, base)).toEqual([
    part('coping', 'Walk, music'),
    part('reasons', 'Luna and Tom'),
    part('daily', ''),
  ]);
});

it('takes the part that both wrote from this phone', () => {
  const mine = [part('coping', 'Music'), part('reasons', 'Luna'), part('daily', '')];
  const now = [part('coping', 'River'), part('reasons', 'Luna'), part('daily', '')];
  expect(together(now, mine, base)[0]).toEqual(part('coping', 'Music'));
});

it('does not share again what the other phone took back', () => {
  const shared = [part('coping', 'Walk', true), part('reasons', 'Luna', true)];
  const mine = [part('coping', 'Walk, music', true), part('reasons', 'Luna', true)];
  const now = [part('coping', 'Walk', true), part('reasons', 'Luna', false)];
  expect(together(now, mine, shared)).toEqual([
    part('coping', 'Walk, music', true),
    part('reasons', 'Luna', false),
  ]);
});

it('keeps a part that was written here for the first time', () => {
  expect(together([], [part('coping', 'Walk'), part('reasons', '')], [])).toEqual([
    part('coping', 'Walk'),
  ]);
});
