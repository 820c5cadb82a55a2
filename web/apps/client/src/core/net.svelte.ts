import { ask, clockSkew, Unreachable } from '@cairn/api';

const WRONG_CLOCK_MS = 3 * 60_000;

/** Whether the last call got through; `navigator.onLine` alone is true behind a dead Wi-Fi. */
class Net {
  online = $state(navigator.onLine);
  reachable = $state(true);
  /** How far this phone's clock is ahead of the server's. */
  skew_ms = $state(0);

  constructor() {
    addEventListener('online', () => (this.online = true));
    addEventListener('offline', () => (this.online = false));
  }

  get working(): boolean {
    return this.online && this.reachable;
  }

  get clockWrong(): boolean {
    return Math.abs(this.skew_ms) > WRONG_CLOCK_MS;
  }

  /** The time by the server's clock as far as it is known: what is said is dated with it. */
  now(): Date {
    return new Date(Date.now() - (this.clockWrong ? this.skew_ms : 0));
  }
}

export const net = new Net();

/** `ask`, and the banner learns whether the server is there. */
export async function call<T>(request: Parameters<typeof ask<T>>[0]): Promise<T> {
  try {
    const value = await ask(request);
    net.reachable = true;
    net.skew_ms = clockSkew();
    return value;
  } catch (problem) {
    net.reachable = !(problem instanceof Unreachable);
    throw problem;
  }
}
