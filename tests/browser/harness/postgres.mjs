// A database of this run's own when CAIRN_TEST_DATABASE_URL names a PostgreSQL server; otherwise SQLite is used.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'

export function scratchDatabase() {
  const server = process.env.CAIRN_TEST_DATABASE_URL
  if (!server) return null
  const name = `cairn_browser_${randomBytes(4).toString('hex')}`
  const psql = (sql) =>
    execFileSync('psql', ['--no-psqlrc', '--quiet', '--dbname', server, '--command', sql], { timeout: 60_000 })
  psql(`CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => psql(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}
