import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

class Worker extends EventTarget {
  state = 'installing';
  postMessage = vi.fn();
  become(state: string) {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

class Registration extends EventTarget {
  installing: Worker | null = null;
  waiting: Worker | null = null;
  active: Worker | null = null;
  update = vi.fn(async () => undefined);
}

class Container extends EventTarget {
  controller: Worker | null = null;
  register = vi.fn<() => Promise<Registration>>();
  becomeReady!: (registration: Registration) => void;
  ready = new Promise<Registration>((resolve) => (this.becomeReady = resolve));
}

let container: Container;
let registration: Registration;

beforeEach(() => {
  vi.resetModules();
  container = new Container();
  registration = new Registration();
  container.register.mockImplementation(async () => registration);
  vi.stubGlobal('navigator', { serviceWorker: container });
});

// What one test's page has listened to must not be heard by the next.
const heard: Parameters<typeof removeEventListener>[] = [];
beforeEach(() => {
  for (const target of [window, document]) {
    const add = target.addEventListener.bind(target) as typeof addEventListener;
    vi.spyOn(target, 'addEventListener').mockImplementation((...all: Parameters<typeof add>) => {
      heard.push([all[0], all[1]]);
      add(...all);
    });
  }
});
afterEach(() => {
  for (const one of heard.splice(0)) {
    window.removeEventListener(...one);
    document.removeEventListener(...one);
  }
});

const settled = () => new Promise((resolve) => setTimeout(resolve));

async function start() {
  const { update } = await import('./update.svelte');
  update.start();
  await settled();
  return update;
}

describe('the first worker', () => {
  it('is asked to take over a page that it has missed', async () => {
    await start();
    const worker = (registration.active = new Worker());
    container.becomeReady(registration);
    await settled();
    expect(worker.postMessage).toHaveBeenCalledExactlyOnceWith({ type: 'CLAIM' });
  });

  it('is left alone when it has taken over', async () => {
    container.controller = registration.active = new Worker();
    container.becomeReady(registration);
    await start();
    expect(container.controller.postMessage).not.toHaveBeenCalled();
  });

  it('is registered again when there is a network again', async () => {
    container.register.mockRejectedValueOnce(new TypeError('no network'));
    await start();
    dispatchEvent(new Event('online'));
    await settled();
    expect(container.register).toHaveBeenCalledTimes(2);
    expect(registration.update).not.toHaveBeenCalled();
    dispatchEvent(new Event('online'));
    await settled();
    expect(registration.update).toHaveBeenCalledOnce();
  });

  it('is tried again later when it could not be installed', async () => {
    const worker = (registration.installing = new Worker());
    await start();
    vi.useFakeTimers();
    worker.become('redundant');
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    expect(container.register).toHaveBeenCalledTimes(2);
  });
});

describe('a newer worker', () => {
  it('waits for the person', async () => {
    container.controller = registration.active = new Worker();
    const update = await start();
    const newer = (registration.installing = new Worker());
    registration.dispatchEvent(new Event('updatefound'));
    expect(update.state).toBe('none');
    newer.become('installed');
    expect(update.state).toBe('ready');
    update.accept();
    expect(newer.postMessage).toHaveBeenCalledExactlyOnceWith({ type: 'SKIP_WAITING' });
  });

  it('that could not be installed has time', async () => {
    container.controller = registration.active = new Worker();
    const newer = (registration.installing = new Worker());
    await start();
    vi.useFakeTimers();
    newer.become('redundant');
    await vi.runAllTimersAsync();
    vi.useRealTimers();
    expect(container.register).toHaveBeenCalledOnce();
  });
});
