// Eyes on pages and service workers: broken content security policy, foreign requests, script errors.

/**
 * `found` collects sentences; a spec asserts at its end that there are none. A context will do in place of a browser, and
 * a function in place of an origin that changes.
 */
export function watchBrowser(browser, origin) {
  const found = []
  const checkRequest = (who, url) => {
    if (/^(data|blob|about|chrome|devtools):/.test(url)) return
    if (new URL(url).origin !== (typeof origin === 'function' ? origin() : origin)) found.push(`${who} asked a foreign origin: ${url}`)
  }
  browser.on('targetcreated', async (target) => {
    if (target.type() !== 'service_worker') return
    const session = await target.createCDPSession().catch(() => null)
    session?.on('Network.requestWillBeSent', ({ request }) => checkRequest('the worker', request.url))
    session?.on('Runtime.exceptionThrown', ({ exceptionDetails: { text, exception } }) => {
      // Background Sync is asked to come again by a promise that fails.
      if (!exception?.description?.includes('not sent yet')) found.push(`worker: ${text} ${exception?.description ?? ''}`)
    })
    await session?.send('Network.enable').catch(() => {})
    await session?.send('Runtime.enable').catch(() => {})
  })
  return {
    found,
    async page(page) {
      page.on('request', (request) => checkRequest('the page', request.url()))
      page.on('pageerror', (error) => found.push(`script error: ${error.message}`))
      await page.exposeFunction('__policy', (text) => found.push(`policy: ${text}`))
      await page.evaluateOnNewDocument(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          globalThis.__policy(`${event.violatedDirective} ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`)
        })
      })
    },
  }
}
