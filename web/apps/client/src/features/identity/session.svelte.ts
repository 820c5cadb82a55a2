import { api, Refused, type Client } from '@cairn/api';
import { browserLocale, useLocale } from '@cairn/i18n';
import { clearBadge } from '../../core/badge';
import { listen, tell } from '../../core/channel';
import { forgetReadable, readValue, wipe, writeValue } from '../../core/db';
import { call, net } from '../../core/net.svelte';
import { worker } from '../../core/platform';
import { look } from '../../shell/look.svelte';
import { shell } from '../../shell/shell.svelte';

/** `ended`: the server no longer knows this phone, though the person did not sign out. */
export type Phase = 'starting' | 'signed_in' | 'signed_out' | 'ended';

const LANGUAGE = 'cairn-language';
const UNFINISHED = 'cairn-sign-out-unfinished';

class Session {
  phase = $state<Phase>('starting');
  client = $state.raw<Client | null>(null);
  /** Said once on the first screen after signing out. */
  farewell = $state<'done' | 'offline' | null>(null);
  /** Everything here is invented; the app says so. */
  demo = $state(false);

  constructor() {
    const chosen = localStorage.getItem(LANGUAGE);
    useLocale(browserLocale(chosen ? [chosen] : navigator.languages));
    listen((signal) => {
      if (signal.type === 'ended') void this.end();
      if (signal.type === 'signed_out') this.forget();
    });
  }

  async start(): Promise<void> {
    await this.find();
    // What a sign-in that ended meanwhile has left on the icon.
    if (this.phase !== 'signed_in') clearBadge();
  }

  /** Who is signed in here, by what this phone and the server know. */
  private async find(): Promise<void> {
    if (localStorage.getItem(UNFINISHED)) {
      await this.finishSignOut();
      this.phase = 'signed_out';
      return;
    }
    const saved = await readValue('client').catch(() => undefined);
    this.demo = (await readValue('demo').catch(() => false)) ?? false;
    if (saved) this.show(saved);
    // A new phone need not wait for the server to say that it is new. It asks all the same, and the browser's console notes
    // the 401: no script can see the cookie, and a phone that is short of room, or Safari after a week, empties what the
    // app keeps but not the cookie. Who is still signed in must not need a new code for that.
    else this.phase = 'signed_out';
    await this.refresh();
  }

  /** Asks the server who this is. Without an answer the saved record stands. */
  async refresh(): Promise<void> {
    try {
      const me = await call(api.GET('/v1/me'));
      if (me.kind !== 'client') {
        this.phase = 'signed_out';
        return;
      }
      await this.accept(me.client);
      this.demo = me.demo;
      await writeValue('demo', me.demo).catch(() => undefined);
    } catch (problem) {
      if (problem instanceof Refused && problem.status === 401) await this.end();
      else if (!this.client) this.phase = 'signed_out';
    }
  }

  /** This phone now belongs to this client; another person's leftovers go first. */
  async accept(client: Client): Promise<void> {
    try {
      const owner = await readValue('owner');
      if (owner && owner !== client.id) await wipe();
      await writeValue('owner', client.id);
      await writeValue('client', client);
    } catch {
      // Without storage the app works while it is online.
    }
    this.show(client);
  }

  private show(client: Client): void {
    this.client = client;
    this.phase = 'signed_in';
    this.farewell = null;
    this.speak(client.language);
  }

  speak(language: Client['language']): void {
    localStorage.setItem(LANGUAGE, language);
    useLocale(language);
  }

  /** The sign-in is over: nothing stays readable, what was not sent yet stays. */
  async end(): Promise<void> {
    clearBadge();
    const known = await readValue('owner').catch(() => undefined);
    if (this.phase !== 'signed_out') this.phase = known ? 'ended' : 'signed_out';
    this.client = null;
    shell.hush();
    shell.navigated = true;
    await forgetReadable().catch(() => undefined);
  }

  async signOut(): Promise<void> {
    localStorage.setItem(UNFINISHED, '1');
    const registration = await worker();
    for (const shown of (await registration?.getNotifications()) ?? []) shown.close();
    await import('../../core/subscription')
      .then(({ unsubscribe }) => unsubscribe(registration))
      .catch(() => undefined);
    await wipe().catch(() => undefined);
    const finished = await this.finishSignOut();
    this.farewell = finished ? 'done' : 'offline';
    this.forget();
    tell({ type: 'signed_out' });
  }

  private forget(): void {
    clearBadge();
    shell.navigated = true;
    localStorage.removeItem(LANGUAGE);
    look.forget();
    this.client = null;
    this.demo = false;
    this.phase = 'signed_out';
  }

  /** Only the server can end the cookie; until it was reached, every start tries again. */
  private async finishSignOut(): Promise<boolean> {
    try {
      await call(api.POST('/v1/auth/sign-out'));
    } catch (problem) {
      if (!(problem instanceof Refused && problem.status === 401)) {
        net.reachable = false;
        return false;
      }
    }
    localStorage.removeItem(UNFINISHED);
    return true;
  }

  /** A new code replaces a sign-out that never reached the server. */
  async activate(code: string, device_name: string): Promise<void> {
    const { client } = await call(
      api.POST('/v1/activate', { body: { code, device_name, deliver: 'cookie' } }),
    );
    localStorage.removeItem(UNFINISHED);
    shell.navigated = true;
    await this.accept(client);
    // The rest of what the server says of a sign-in.
    void this.refresh();
  }

  /** Changes the own record; the answer of the server is what the app shows. */
  async change(body: Parameters<typeof this.patch>[1]): Promise<void> {
    if (!this.client) return;
    const client = await this.patch(this.client.id, body);
    await this.accept(client);
  }

  private patch(client_id: string, body: import('@cairn/api').ClientChanges) {
    return call(api.PATCH('/v1/clients/{client_id}', { params: { path: { client_id } }, body }));
  }
}

export const session = new Session();
