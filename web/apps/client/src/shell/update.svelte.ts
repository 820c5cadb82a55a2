/** `ready`: a new version waits for the person. `done`: another tab let it in, this page is the old one. */
type UpdateState = 'none' | 'ready' | 'done';

const AGAIN_MS = 30_000;

class Update {
  state = $state<UpdateState>('none');
  private followed: ServiceWorkerRegistration | null = null;
  private waiting: ServiceWorker | null = null;
  private wanted = false;

  /** Registers the worker, and again whenever there is a sign that it could work. Nothing here ever reloads the page unasked. */
  start(): void {
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
    const look = () => void this.look().catch(() => undefined);
    addEventListener('online', look);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') look();
    });
    void navigator.serviceWorker.ready.then(claim);
    look();
  }

  private async look(): Promise<void> {
    // Gives the same registration as before, unless its worker could not be installed.
    const registration = await navigator.serviceWorker.register('/app/sw.js', {
      scope: '/app/',
      updateViaCache: 'none',
    });
    claim(registration);
    if (registration === this.followed) {
      await registration.update();
      return;
    }
    this.followed = registration;
    this.offer(registration.waiting);
    this.watch(registration);
    registration.addEventListener('updatefound', () => this.watch(registration));
  }

  private watch(registration: ServiceWorkerRegistration): void {
    const { installing } = registration;
    installing?.addEventListener('statechange', () => {
      if (installing.state === 'installed' && navigator.serviceWorker.controller) {
        this.offer(installing);
      }
      // The first one got lost, for one of its files did not arrive. A later one has until the next visit.
      if (installing.state === 'redundant' && !registration.active) {
        setTimeout(() => void this.look().catch(() => undefined), AGAIN_MS);
      }
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

/**
 * A page whose own answer was still on its way when the worker took over what was open stays without
 * it, and nothing opens offline. So the page asks.
 */
function claim({ active }: ServiceWorkerRegistration): void {
  if (!navigator.serviceWorker.controller) active?.postMessage({ type: 'CLAIM' });
}

export const update = new Update();
