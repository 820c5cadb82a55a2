import { api, Refused, type Occurrence } from '@cairn/api';
import { listen } from '../../core/channel';
import { call } from '../../core/net.svelte';
import { saveDelivery, savedDelivery, savedOccurrence } from '../../core/deliveries';
import { session } from '../identity/session.svelte';

type State = 'loading' | 'ready' | 'missing' | 'offline';

/** One item, named by the reminder that led to it or by itself. A saved copy shows until the server answers. */
export class ItemLoader {
  item = $state.raw<Occurrence | null>(null);
  state = $state<State>('loading');
  private delivery: string | undefined;
  private occurrence: string | undefined;

  /** For an effect: returns what ends it. */
  open(delivery: string | undefined, occurrence: string | undefined): () => void {
    this.delivery = delivery;
    this.occurrence = occurrence;
    this.item = null;
    void this.load();
    const stop = listen((signal) => {
      if (signal.type !== 'sent' || signal.kind !== 'answer') return;
      if (signal.subject === this.item?.occurrence_id) this.item = signal.value as Occurrence;
    });
    return () => {
      stop();
      this.delivery = this.occurrence = undefined;
    };
  }

  async load(): Promise<void> {
    const wanted = this.delivery ?? this.occurrence;
    const still = () => wanted === (this.delivery ?? this.occurrence);
    this.state = 'loading';
    const saved = await this.saved().catch(() => undefined);
    if (!still()) return;
    if (saved) this.show(saved);
    try {
      const fresh = await this.fetch();
      if (still() && fresh) this.show(fresh);
    } catch (problem) {
      if (!still()) return;
      if (problem instanceof Refused && problem.status === 401) await session.end();
      else if (problem instanceof Refused) this.miss();
      else if (!saved) this.state = 'offline';
    }
  }

  private show(item: Occurrence): void {
    this.item = item;
    this.state = 'ready';
  }

  private miss(): void {
    this.item = null;
    this.state = 'missing';
  }

  private async saved(): Promise<Occurrence | undefined> {
    if (this.delivery) return savedDelivery(this.delivery);
    return this.occurrence ? savedOccurrence(this.occurrence) : undefined;
  }

  private async fetch(): Promise<Occurrence | undefined> {
    const { delivery: delivery_id, occurrence: occurrence_id } = this;
    if (delivery_id) {
      const found = await call(
        api.GET('/v1/me/deliveries/{delivery_id}', { params: { path: { delivery_id } } }),
      );
      await saveDelivery(delivery_id, found.occurrence).catch(() => undefined);
      return found.occurrence;
    }
    if (!occurrence_id) return undefined;
    return call(
      api.GET('/v1/occurrences/{occurrence_id}', { params: { path: { occurrence_id } } }),
    );
  }
}
