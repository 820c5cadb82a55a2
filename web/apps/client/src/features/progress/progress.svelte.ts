import { api, type Client, type Progress } from '@cairn/api';
import { listen } from '../../core/channel';
import { Copy } from '../../core/copy.svelte';
import { call } from '../../core/net.svelte';
import { session } from '../identity/session.svelte';

export type Range = '2w' | '3m' | '1y';

const fetchRange = (range: Range) => (client: Client) =>
  call(
    api.GET('/v1/clients/{client_id}/progress', {
      params: { path: { client_id: client.id }, query: { range } },
    }),
  );

class MyProgress {
  twoWeeks = new Copy<Progress>('progress-2w', fetchRange('2w'));
  threeMonths = new Copy<Progress>('progress-3m', fetchRange('3m'));
  year = new Copy<Progress>('progress-1y', fetchRange('1y'));

  of(range: Range): Copy<Progress> {
    return { '2w': this.twoWeeks, '3m': this.threeMonths, '1y': this.year }[range];
  }
}

export const progress = new MyProgress();

listen((signal) => {
  if (signal.type !== 'sent' || signal.kind !== 'check_in' || !session.client) return;
  void progress.twoWeeks.load(session.client);
});
