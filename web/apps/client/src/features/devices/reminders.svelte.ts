import { dropValue, readValue, writeValue } from '../../core/db';
import { needsInstall } from '../../core/platform';

/** What stands between this device and a reminder. */
export type RemindersState =
  'unknown' | 'unsupported' | 'needs_install' | 'denied' | 'off' | 'on' | 'vanished' | 'failed';

const NOT_NOW_MS = 30 * 24 * 3_600_000;

const READY_MS = 10_000;

/** Only a phone that may show reminders needs to know how to subscribe. */
const subscribe = async (registration: ServiceWorkerRegistration): Promise<void> =>
  (await import('../../core/subscription')).subscribe(registration);

/** `navigator.serviceWorker.ready` waits for ever when the worker could not be installed. */
function ready(): Promise<ServiceWorkerRegistration> {
  return Promise.race([
    navigator.serviceWorker.ready,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error('no worker')), READY_MS)),
  ]);
}

const supported = () =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

class Reminders {
  state = $state<RemindersState>('unknown');
  working = $state(false);
  /** The person said "Not now" less than 30 days ago. */
  postponed = $state(false);

  /**
   * At every start and return: tells the server again of a living subscription, and finds out when
   * one has vanished. Never asks for permission.
   */
  async confirm(): Promise<void> {
    const asked = await readValue('reminders_asked_at').catch(() => undefined);
    this.postponed = asked !== undefined && Date.now() - asked < NOT_NOW_MS;
    if (!supported()) {
      this.state = needsInstall() ? 'needs_install' : 'unsupported';
      return;
    }
    if (Notification.permission === 'denied') {
      this.state = 'denied';
      return;
    }
    if (Notification.permission !== 'granted') {
      this.state = 'off';
      return;
    }
    const registration = await ready();
    const subscription = await registration.pushManager.getSubscription();
    const known = await readValue('subscription').catch(() => undefined);
    if (!subscription && !known) {
      this.state = 'off';
      return;
    }
    try {
      await subscribe(registration);
      this.state = 'on';
    } catch {
      // A living subscription that could not be confirmed just now still works.
      this.state = subscription ? 'on' : 'vanished';
    }
  }

  /** Only ever called from a tap: browsers refuse to ask otherwise. */
  async turnOn(): Promise<void> {
    this.working = true;
    try {
      const permission = await Notification.requestPermission();
      if (permission !== 'granted') {
        this.state = permission === 'denied' ? 'denied' : 'off';
        return;
      }
      await subscribe(await ready());
      await dropValue('reminders_asked_at').catch(() => undefined);
      void navigator.storage?.persist?.();
      this.state = 'on';
    } catch {
      this.state = 'failed';
    } finally {
      this.working = false;
    }
  }

  async notNow(): Promise<void> {
    this.postponed = true;
    await writeValue('reminders_asked_at', Date.now()).catch(() => undefined);
  }

  /** Is there a reason to speak of reminders on the first screen? */
  get worthAsking(): boolean {
    if (this.state === 'vanished') return true;
    const open = ['off', 'needs_install', 'failed'].includes(this.state);
    return open && !this.postponed;
  }
}

export const reminders = new Reminders();
