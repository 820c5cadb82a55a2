import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** This folder (`tests/browser`) and the whole project. */
export const here = join(dirname(fileURLToPath(import.meta.url)), '..')
export const repository = resolve(here, '../..')
