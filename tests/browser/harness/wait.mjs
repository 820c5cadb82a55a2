// Waiting, always with an end.
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** Calls `ask` until it gives something true; returns that. Says what it waited for when the time is up. */
export async function until(ask, what, { seconds = 20, every = 50 } = {}) {
  const end = Date.now() + seconds * 1000
  let last
  for (;;) {
    try {
      const value = await ask()
      if (value) return value
      last = value
    } catch (error) {
      last = error.message
    }
    if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}; last: ${JSON.stringify(last)}`)
    await sleep(every)
  }
}
