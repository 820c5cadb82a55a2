import { ask, Unreachable } from '@cairn/api';

/** Whether the last call got through; `navigator.onLine` alone is true behind a dead Wi-Fi. */
class Net {
  online = $state(navigator.onLine);
  reachable = $state(true);

  constructor() {
    addEventListener('online', () => (this.online = true));
    addEventListener('offline', () => (this.online = false));
  }

  get working(): boolean {
    return this.online && this.reachable;
  }
}

export const net = new Net();

/** `ask`, and the banner learns whether the server is there. */
export async function call<T>(request: Parameters<typeof ask<T>>[0]): Promise<T> {
  try {
    const value = await ask(request);
    net.reachable = true;
    return value;
  } catch (problem) {
    net.reachable = !(problem instanceof Unreachable);
    throw problem;
  }
}
