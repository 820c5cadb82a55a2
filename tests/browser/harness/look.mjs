// A thorough look at the screen that is open: axe in light and dark, language, title, one heading, nothing too wide.
import { axeViolations } from './axe.mjs'

/** Opens screens one after the other and collects what is wrong with each, rather than stop at the first. */
export function lookThrough(app, step) {
  const found = []
  return {
    found,
    /** `open` leads to the screen. */
    async at(name, open) {
      const say = (text) => found.push(`${name} (${app.language}): ${text}`)
      try {
        await open()
        for (const theme of ['light', 'dark']) {
          await app.page.emulateMediaFeatures([
            { name: 'prefers-color-scheme', value: theme },
            { name: 'prefers-reduced-motion', value: 'reduce' },
          ])
          for (const violation of await axeViolations(app.page)) say(`${theme}: ${violation}`)
        }
        const { lang, title, headings, wide } = await app.page.evaluate(() => ({
          lang: document.documentElement.lang,
          title: document.title,
          headings: document.querySelectorAll('h1').length,
          wide: document.documentElement.scrollWidth - innerWidth,
        }))
        if (lang !== app.language) say(`lang is ${lang}`)
        if (!title) say('no title')
        if (headings !== 1) say(`${headings} main headings`)
        if (wide > 0) say(`${wide} px wider than the phone`)
        step(`looked at: ${name} (${app.language})`)
      } catch (error) {
        say(error.message)
      }
    },
  }
}
