/** News of one moment are told together. */
const GATHER_MS = 250;
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 60_000;

/** Told the kinds of things that changed on the server; `all` means that anything may have. */
export type Listener = (about: string[]) => void;

/**
 * Follows what changes on the server while somebody looks. One tab has the stream; when it goes, the next takes it over.
 * Without it nothing is lost: coming back to the app fetches everything. Returns what ends it.
 */
export function followWhileSeen(listener: Listener): () => void {
  let stop: (() => void) | null = null;
  const look = () => {
    const seen = document.visibilityState === 'visible';
    if (seen) stop ??= follow(listener);
    else {
      stop?.();
      stop = null;
    }
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    document.removeEventListener('visibilitychange', look);
    stop?.();
  };
}

function follow(listener: Listener): () => void {
  const end = new AbortController();
  const { signal } = end;
  const run = () => listenOn(signal, listener);
  if (navigator.locks) {
    // Waiting for the other tab ends with an error that means nothing.
    navigator.locks.request('cairn-events', { signal }, run).catch(() => undefined);
  } else {
    void run();
  }
  return () => end.abort();
}

/** One connection after the other, the pauses growing while none comes about. */
async function listenOn(signal: AbortSignal, listener: Listener): Promise<void> {
  if (typeof EventSource === 'undefined') return;
  let pause = FIRST_RETRY_MS;
  for (let first = true; !signal.aborted; first = false) {
    const opened = await connection(signal, listener, !first);
    pause = opened ? FIRST_RETRY_MS : Math.min(pause * 2, LAST_RETRY_MS);
    // Spread out, so that a server that comes back is not met by everyone in the same second.
    if (!signal.aborted) await sleep(pause * (1 + Math.random()), signal);
  }
}

/** Ends when the connection does; true when there was one. After a gap anything may have changed. */
function connection(signal: AbortSignal, listener: Listener, afterGap: boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const source = new EventSource('/v1/events');
    const about = new Set<string>();
    let opened = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const note = (kind: string) => {
      about.add(kind);
      timer ??= setTimeout(() => {
        timer = undefined;
        listener([...about]);
        about.clear();
      }, GATHER_MS);
    };
    const close = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', close);
      source.close();
      resolve(opened);
    };
    source.onopen = () => {
      opened = true;
      if (afterGap) note('all');
    };
    source.onmessage = ({ data }: MessageEvent<string>) => note(kindOf(data));
    source.addEventListener('reset', () => note('all'));
    source.onerror = close;
    signal.addEventListener('abort', close);
    if (signal.aborted) close();
  });
}

function kindOf(data: string): string {
  try {
    const { type } = JSON.parse(data) as { type?: unknown };
    return typeof type === 'string' ? (type.split('.')[0] ?? 'all') : 'all';
  } catch {
    return 'all';
  }
}

const sleep = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', wake);
  });
