import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followWhileSeen } from '.';

/** A stream that the test speaks through. */
class FakeSource {
  static all: FakeSource[] = [];
  closed = false;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  reset: (() => void) | null = null;
  constructor(readonly url: string) {
    FakeSource.all.push(this);
  }
  addEventListener(_: string, listener: () => void) {
    this.reset = listener;
  }
  close() {
    this.closed = true;
  }
  say(type: string) {
    this.onmessage?.({ data: JSON.stringify({ seq: 1, type, object_id: 'a' }) });
  }
}

const news: string[][] = [];
let stop: () => void;
const newest = () => FakeSource.all.at(-1) as FakeSource;

function see(visible: boolean) {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(visible ? 'visible' : 'hidden');
  document.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeSource);
  FakeSource.all = [];
  news.length = 0;
  see(true);
  stop = followWhileSeen((about) => news.push(about));
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('tells the news of one moment together, each kind once', async () => {
  newest().onopen?.();
  newest().say('goal.update');
  newest().say('goal_proposal.create');
  newest().say('goal.update');
  await vi.advanceTimersByTimeAsync(1000);
  expect(news).toEqual([['goal', 'goal_proposal']]);
});

it('comes again after a break, and then anything may have changed', async () => {
  newest().onopen?.();
  newest().onerror?.();
  expect(newest().closed).toBe(true);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(FakeSource.all).toHaveLength(2);
  newest().onopen?.();
  await vi.advanceTimersByTimeAsync(1000);
  expect(news).toEqual([['all']]);
});

it('asks less and less often while there is no server', async () => {
  for (let minute = 0; minute < 60; minute += 1) {
    newest().onerror?.();
    await vi.advanceTimersByTimeAsync(60_000);
  }
  expect(FakeSource.all.length).toBeGreaterThan(20);
  expect(FakeSource.all.length).toBeLessThan(70);
});

it('rests while nobody looks', async () => {
  newest().onopen?.();
  see(false);
  expect(newest().closed).toBe(true);
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(FakeSource.all).toHaveLength(1);
  see(true);
  expect(FakeSource.all).toHaveLength(2);
});

it('takes a reset for anything, and news that it cannot read too', async () => {
  newest().onopen?.();
  newest().reset?.();
  newest().onmessage?.({ data: 'no json' });
  await vi.advanceTimersByTimeAsync(1000);
  expect(news).toEqual([['all']]);
});
