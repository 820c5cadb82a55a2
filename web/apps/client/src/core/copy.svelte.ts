import { Refused, type Client } from '@cairn/api';
import { untrack } from 'svelte';
import { listen } from './channel';
import { readCopy, saveCopy } from './saved';

/** Something of the server's that this phone keeps to be read without a network: shown at once, then refreshed. */
export class Copy<T> {
  value = $state.raw<T | null>(null);
  fetched_at = $state<number | null>(null);
  /** The last try to refresh it did not get through. */
  failed = $state(false);
  /** What is shown is what the server says now, not a saved copy. */
  fresh = $state(false);
  /** The server says that this person may not see it, or that it is not there. */
  missing = $state(false);
  /** There is something to show, or it is known that there is nothing. */
  get settled(): boolean {
    return this.value !== null || this.failed;
  }

  private loading = false;
  private again: Client | null = null;

  constructor(
    readonly name: string,
    /** `known` is what this phone has already. */
    private readonly fetch: (client: Client, known: T | null) => Promise<T>,
  ) {
    listen((signal) => {
      if (signal.type === 'ended' || signal.type === 'signed_out') this.forget();
    });
  }

  /** An effect that calls this depends on nothing here: what is fetched is no reason to fetch again. */
  load(client: Client): Promise<void> {
    return untrack(() => this.fetchNow(client));
  }

  private async fetchNow(client: Client): Promise<void> {
    if (this.loading) {
      this.again = client;
      return;
    }
    this.loading = true;
    try {
      if (this.value === null) await this.showSaved();
      const value = await this.fetch(client, this.value);
      await this.keep(client, value);
      this.failed = this.missing = false;
    } catch (problem) {
      this.failed = true;
      this.fresh = false;
      this.missing = problem instanceof Refused && [403, 404].includes(problem.status);
    } finally {
      this.loading = false;
    }
    const { again } = this;
    this.again = null;
    if (again) await this.load(again);
  }

  private async showSaved(): Promise<void> {
    const saved = await readCopy<T>(this.name).catch(() => undefined);
    if (!saved) return;
    this.value = saved.value;
    this.fetched_at = saved.fetched_at;
  }

  private async keep(client: Client, value: T): Promise<void> {
    const fetched_at = Date.now();
    const copy = { name: this.name, value, fetched_at };
    const still_here = await saveCopy(client.id, copy).catch(() => true);
    if (!still_here) return;
    this.value = value;
    this.fetched_at = fetched_at;
    this.fresh = true;
  }

  /** What the server just said of a part of it. */
  change(client: Client | null, edit: (value: T) => T): void {
    if (this.value === null) return;
    this.value = edit(this.value);
    if (!client) return;
    const copy = { name: this.name, value: this.value, fetched_at: this.fetched_at ?? Date.now() };
    void saveCopy(client.id, copy).catch(() => undefined);
  }

  private forget(): void {
    this.value = this.fetched_at = null;
    this.fresh = this.failed = this.missing = false;
  }
}
