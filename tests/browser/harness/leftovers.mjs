// Everything that a page's origin keeps in this browser, as its own scripts can read it.

export function leftBehind(page) {
  return page.evaluate(async () => {
    const done = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const databases = []
    for (const { name } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name))
      const stores = []
      for (const store of db.objectStoreNames) {
        stores.push({ store, rows: await done(db.transaction(store).objectStore(store).getAll()) })
      }
      db.close()
      databases.push({ name, stores })
    }
    const cached = []
    for (const name of await caches.keys()) {
      for (const request of await (await caches.open(name)).keys()) cached.push(new URL(request.url).pathname)
    }
    const registration = await navigator.serviceWorker.getRegistration('/app/')
    return {
      databases,
      caches: cached,
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookies: document.cookie,
      notifications: (await registration?.getNotifications())?.length ?? 0,
    }
  })
}
