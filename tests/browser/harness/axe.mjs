// Accessibility by axe-core, every rule of WCAG 2.2 A and AA and its best practices.
import axe from 'axe-core'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** One sentence for each violation on the page. */
export async function axeViolations(page) {
  await page.evaluate(axe.source)
  return page.evaluate(async (values) => {
    const { violations } = await globalThis.axe.run(document, { runOnly: { type: 'tag', values } })
    return violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`)
  }, TAGS)
}
