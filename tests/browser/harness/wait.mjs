// Waiting, always with an end.
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** How long anything may take before it counts as broken: costs nothing as long as things work. */
export const PATIENCE = 60

/** Calls `ask` until it gives something true; returns that. Says what it waited for when the time is up, and what `tell` tells. */
export async function until(ask, what, { seconds = PATIENCE, every = 50, tell = () => '' } = {}) {
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
    if (Date.now() > end) {
      const more = await Promise.resolve(tell()).catch((error) => error.message)
      throw new Error(`waited ${seconds} s for ${what}; last: ${JSON.stringify(last)}${more ? `; ${more}` : ''}`)
    }
    await sleep(every)
  }
}
