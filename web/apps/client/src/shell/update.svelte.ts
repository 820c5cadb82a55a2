/** `ready`: a new version waits for the person. `done`: another tab let it in, this page is the old one. */
type UpdateState = 'none' | 'ready' | 'done';

class Update {
  state = $state<UpdateState>('none');
  private waiting: ServiceWorker | null = null;
  private wanted = false;

  /** Registers the worker. Nothing here ever reloads the page unasked. */
  async start(): Promise<void> {
    if (!('serviceWorker' in navigator)) return;
    let controlled = navigator.serviceWorker.controller !== null;
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      if (this.wanted) location.reload();
      else if (controlled) this.state = 'done';
      // The very first worker takes over a page that is as new as itself.
      controlled = true;
    });
    // A chunk of the old version is gone: the reload button is the way out.
    addEventListener('vite:preloadError', () => (this.state = 'done'));
    const registration = await navigator.serviceWorker.register('/app/sw.js', {
      scope: '/app/',
      updateViaCache: 'none',
    });
    this.offer(registration.waiting);
    registration.addEventListener('updatefound', () => {
      const installing = registration.installing;
      installing?.addEventListener('statechange', () => {
        if (installing.state === 'installed' && navigator.serviceWorker.controller) {
          this.offer(installing);
        }
      });
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void registration.update().catch(() => undefined);
    });
  }

  private offer(worker: ServiceWorker | null): void {
    if (!worker) return;
    this.waiting = worker;
    this.state = 'ready';
  }

  accept(): void {
    this.wanted = true;
    if (this.state === 'ready' && this.waiting) this.waiting.postMessage({ type: 'SKIP_WAITING' });
    else location.reload();
  }

  later(): void {
    this.state = 'none';
  }
}

export const update = new Update();
