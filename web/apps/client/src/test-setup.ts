import 'fake-indexeddb/auto';

/** What the router and the toast look for, and jsdom has not. */
class Nothing {
  observe() {}
  unobserve() {}
  disconnect() {}
}
for (const name of ['IntersectionObserver', 'ResizeObserver']) {
  if (!(name in globalThis)) Object.defineProperty(globalThis, name, { value: Nothing });
}
