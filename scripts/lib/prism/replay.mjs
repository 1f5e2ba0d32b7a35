// Sends requests that were logged through proxies that hold them against a vendor's description, and tells what does not fit.
//
// usage: node replay.mjs REQUESTS NAME=PREFIX=URL…
//
// REQUESTS has a line of JSON {method, path, query, headers, body} for each request. Each goes to the first URL whose PREFIX its path
// has. Prints "conformance NAME: PASSED/TOTAL" for each, and the paths that no description has. Exit code 1 when one does not fit.
import { createInterface } from 'node:readline'
import { createReadStream } from 'node:fs'
import { request } from 'node:http'

const [file, ...places] = process.argv.slice(2)
const descriptions = places.map((place) => {
  const [name, prefix, url] = place.split('=')
  return { name, prefix, url, passed: 0, total: 0 }
})
const violations = new Set()
const undocumented = new Set()

const shown = ({ method, path }) => `${method} ${path.replace(/[0-9]+/g, 'N')}`
// Jira's gateway puts a site below /ex/jira/ID; the descriptions begin behind that.
const sitePath = (path) => path.replace(/^\/ex\/jira\/[^/]+/, '')

/** What the proxy finds wrong with a request: a list of {location, code, message}. */
const violationsOf = (description, logged) =>
  new Promise((resolve, reject) => {
    const query = logged.query ? `?${logged.query}` : ''
    const outgoing = request(description.url + encodeURI(logged.path) + query, { method: logged.method, headers: logged.headers })
    outgoing.on('error', reject)
    outgoing.on('response', (answer) => {
      answer.resume()
      answer.on('end', () => resolve(JSON.parse(answer.headers['sl-violations'] ?? '[]')))
    })
    outgoing.end(logged.body)
  })

const check = async (logged) => {
  logged.path = sitePath(logged.path)
  const description = descriptions.find(({ prefix }) => logged.path.startsWith(prefix))
  const found = description ? await violationsOf(description, logged) : []
  if (!description || found.some(({ message }) => message.includes('route not found'))) {
    undocumented.add(shown(logged))
    return
  }
  // What the server at the other end answers is not ours.
  const wrong = found.filter(({ location }) => location[0] === 'request')
  description.total += 1
  description.passed += wrong.length === 0 ? 1 : 0
  for (const { location, message } of wrong) violations.add(`${description.name}: ${shown(logged)}: ${location.join('.')}: ${message}`)
}

const seen = new Set()
for await (const line of createInterface({ input: createReadStream(file) })) {
  const logged = JSON.parse(line)
  delete logged.headers.Host
  delete logged.headers['Content-Length']
  const key = JSON.stringify([logged.method, sitePath(logged.path), logged.query, logged.body])
  if (seen.has(key)) continue
  seen.add(key)
  await check(logged)
}
for (const line of [...undocumented].sort()) console.log(`in no description: ${line}`)
for (const line of [...violations].sort()) console.error(`violation: ${line}`)
for (const { name, passed, total } of descriptions) console.log(`conformance ${name}: ${passed}/${total}`)
process.exitCode = violations.size > 0 || descriptions.some(({ total }) => total === 0) ? 1 : 0
