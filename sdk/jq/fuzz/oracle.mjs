// Answers with what the reference jq does: node oracle.mjs FOLDER, where FOLDER holds node_modules.
//
// First it prints the version of jq. Then it reads batches of lines {"program", "input"} that end with an empty line, and
// answers each batch with as many lines: {"output", "error", "status"}, or {"skipped": why}.

import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { fileURLToPath } from 'node:url'
import { writeSync } from 'node:fs'
import { resolve } from 'node:path'

const kSecondsPerRun = 5
// A run leaves some of its memory behind.
const kRunsPerWorker = 20000

async function answerParent() {
  const jq = createRequire(resolve(workerData, 'package.json'))('jq-wasm')
  parentPort.on('message', async ({ program, input }) => {
    try {
      // What starts with a dash would be an option.
      const { stdout, stderr, exitCode } = await jq.raw(input, ' ' + program, ['-c'])
      parentPort.postMessage({ output: stdout, error: stderr, status: exitCode })
    } catch (problem) {
      parentPort.postMessage({ skipped: 'the reference crashed', detail: String(problem), isBroken: true })
    }
  })
  parentPort.postMessage(await jq.version())
}

class Oracle {
  constructor(folder) {
    this.folder = folder
  }

  async start() {
    this.runs = 0
    this.worker = new Worker(fileURLToPath(import.meta.url), { workerData: this.folder, stdout: true, stderr: true })
    this.worker.on('error', (problem) => this.settle?.({ skipped: 'the reference crashed', detail: String(problem), isBroken: true }))
    this.worker.on('message', (message) => this.settle?.(message))
    return await new Promise((settle) => (this.settle = settle))
  }

  async restart() {
    await this.worker.terminate()
    await this.start()
  }

  async answer(pair) {
    if (++this.runs > kRunsPerWorker) await this.restart()
    let timer
    const answer = await new Promise((settle) => {
      this.settle = settle
      timer = setTimeout(() => settle({ skipped: 'the reference takes too long', isBroken: true }), kSecondsPerRun * 1000)
      this.worker.postMessage(pair)
    })
    clearTimeout(timer)
    if (answer.isBroken) await this.restart()
    return answer
  }
}

// Nothing is written before a batch has been read: neither side may wait for the other.
async function main(folder) {
  const oracle = new Oracle(folder)
  writeSync(1, `${await oracle.start()}\n`)
  let batch = []
  for await (const line of createInterface({ input: process.stdin })) {
    if (line !== '') {
      batch.push(JSON.parse(line))
      continue
    }
    const answers = []
    for (const pair of batch) answers.push(JSON.stringify(await oracle.answer(pair)))
    process.stdout.write(answers.map((answer) => answer + '\n').join(''))
    batch = []
  }
  process.exit(0)
}

await (isMainThread ? main(process.argv[2]) : answerParent())
