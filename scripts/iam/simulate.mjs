// Reads a JSON list of requests on stdin, has the simulator decide each, and writes the list of decisions.
//
// Resolves the simulator from the working directory, which is where scripts/policies has installed it.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { text } from 'node:stream/consumers'

const installed = createRequire(process.cwd() + '/')
const { runSimulation } = await import(pathToFileURL(installed.resolve('@cloud-copilot/iam-simulate')).href)

const names = (statements) => (statements ?? []).map((statement) => statement.explain.identifier)

async function decide(simulation) {
  const answer = await runSimulation(simulation, {})
  if (answer.resultType === 'error') return { problem: JSON.stringify(answer.errors) }
  const results = answer.resultType === 'single' ? [answer.result] : answer.results
  // A key that IAM would not know in this request proves nothing: the row that has it is wrong.
  const ignored = [...new Set(results.flatMap((result) => result.ignoredContextKeys))]
  if (ignored.length > 0) return { problem: `IAM has no ${ignored.join(', ')} in this request` }
  const analyses = results.flatMap(({ analysis }) => [analysis.identityAnalysis, analysis.sessionAnalysis, analysis.resourceAnalysis])
  return {
    decision: answer.overallResult,
    by: [...new Set(analyses.flatMap((a) => [...names(a?.allowStatements), ...names(a?.denyStatements)]))]
  }
}

const decisions = []
for (const simulation of JSON.parse(await text(process.stdin))) decisions.push(await decide(simulation))
process.stdout.write(JSON.stringify(decisions))
