import type { Occurrence } from '@cairn/api';
import { describe, expect, it } from 'vitest';
import { groupByDay, nextItem } from './days';

const ZONE = 'America/New_York';
const NOW = Date.parse('2026-11-21T19:00:00Z'); // Saturday, 2 PM in New York

const item = (starts_at: string, more: Partial<Occurrence> = {}) =>
  ({
    occurrence_id: `x.${starts_at}`,
    kind: 'appointment',
    status: 'planned',
    starts_at,
    ends_at: null,
    ...more,
  }) as Occurrence;

describe('groupByDay', () => {
  it("follows the person's calendar, not UTC's", () => {
    const days = groupByDay(
      [item('2026-11-22T03:30:00.000Z'), item('2026-11-22T05:00:00.000Z')],
      ZONE,
      NOW,
    );
    expect(days.map(({ date, relation, items }) => [date, relation, items.length])).toEqual([
      ['2026-11-21', 'today', 1],
      ['2026-11-22', 'tomorrow', 1],
    ]);
  });

  it('always has today, sorts, and leaves out days gone by', () => {
    const days = groupByDay(
      [
        item('2026-11-25T15:00:00.000Z'),
        item('2026-11-20T15:00:00.000Z'),
        item('2026-11-25T14:00:00.000Z'),
      ],
      ZONE,
      NOW,
    );
    expect(days.map(({ relation }) => relation)).toEqual(['today', 'later']);
    expect(days[1]?.items.map(({ starts_at }) => starts_at)).toEqual([
      '2026-11-25T14:00:00.000Z',
      '2026-11-25T15:00:00.000Z',
    ]);
  });

  it('says when the clocks change', () => {
    const spring = groupByDay([], ZONE, Date.parse('2027-03-14T15:00:00Z'));
    const autumn = groupByDay([], ZONE, Date.parse('2026-11-01T15:00:00Z'));
    const plain = groupByDay([], ZONE, NOW);
    expect([spring, autumn, plain].map(([day]) => day?.shift)).toEqual(['forward', 'back', null]);
  });
});

describe('nextItem', () => {
  const open = () => false;

  it('is the first thing not over, cancelled or settled', () => {
    const running = item('2026-11-21T18:30:00.000Z');
    const later = item('2026-11-21T21:00:00.000Z');
    const gone = item('2026-11-21T17:00:00.000Z');
    const cancelled = item('2026-11-21T18:45:00.000Z', { status: 'cancelled' });
    const all = [later, gone, cancelled, running];
    expect(nextItem(all, ZONE, NOW, open)).toBe(running);
    expect(nextItem(all, ZONE, NOW, (one) => one === running)).toBe(later);
  });

  it('looks no further than tomorrow', () => {
    expect(nextItem([item('2026-11-23T15:00:00.000Z')], ZONE, NOW, open)).toBeNull();
    expect(nextItem([item('2026-11-23T04:00:00.000Z')], ZONE, NOW, open)).not.toBeNull();
  });
});
