let tail: Promise<unknown> = Promise.resolve();

/** Runs `work` while no other tab and no worker runs work of the same name. */
export async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (navigator.locks) return (await navigator.locks.request(`cairn-${name}`, work)) as T;
  // A browser without Web Locks: at least this page takes turns with itself.
  const turn = tail.then(work, work);
  tail = turn.catch(() => undefined);
  return turn;
}
