// How hard a text is to read: Flesch-Kincaid grade for English, Fernández-Huerta for Spanish (100 is easiest).
// Rudolf Flesch and J. Peter Kincaid, 1975; José Fernández Huerta, 1959, in its corrected form.

const LETTERS = /[\p{L}][\p{L}'’]*/gu

function syllablesEn(word) {
  const w = word.toLowerCase().replace(/['’]s?$/, '').replace(/[^a-z]/g, '')
  if (w.length <= 3) return 1
  const core = w.replace(/(?:[^laeiouy]es|[^td]ed|[^laeiouy]e)$/, (end) => end.slice(0, 1)).replace(/^y/, '')
  return Math.max(1, (core.match(/[aeiouy]{1,2}/g) ?? []).length)
}

function syllablesEs(word) {
  // Strong vowels stand alone, a weak one leans on its neighbour unless it carries an accent.
  const w = word.toLowerCase().replace(/qu|gu(?=[eéií])/g, 'g')
  return Math.max(1, (w.match(/[aeoáéó]?[iuü][aeoáéó]|[aeoáéó][iuyü](?![aeoáéó])|[aeoáéóíúiuü]|y$/g) ?? []).length)
}

/** `blocks`: texts as they stand on the screen, each a sentence or more. Labels of one or two words are no sentences. */
export function readingEase(blocks, language) {
  const sentences = blocks.flatMap((text) => text.split(/(?<=[.!?…])\s+|\n+/)).map((text) => text.match(LETTERS) ?? [])
    .filter((words) => words.length > 2)
  const words = sentences.flat()
  if (words.length === 0) return null
  const perSentence = words.length / sentences.length
  const count = language === 'es' ? syllablesEs : syllablesEn
  const perWord = words.reduce((sum, word) => sum + count(word), 0) / words.length
  return language === 'es' ? 206.84 - 60 * perWord - 1.02 * perSentence : 0.39 * perSentence + 11.8 * perWord - 15.59
}
