import fs from 'node:fs';
import { fixText } from '../../analysis/fix-edits.js';
import type { Analysis } from '../../analysis/analyze.js';
import { analyze } from '../../analysis/analyze.js';
import { parseDocument } from '../../sql/parse.js';
import { type Arguments, choice } from '../arguments.js';
import { jsonFile } from '../json-report.js';
import { paint } from '../output.js';
import { isProblem, openSession, reportHistory, type Session, type Terminal } from '../session.js';
import { counted, summarize } from '../summary.js';
import { fileReport, paintedVerdict } from '../text-report.js';

export const options = { 'fail-on': { type: 'string' }, fix: { type: 'boolean' } } as const;

export const help = `pg-airlock check PATHS [options]

Checks migrations. A directory is searched for them; each file is judged with the migrations before it.

  --format text|json         default: text
  --postgres 14…18           the oldest server version they run on
  --config FILE              default: the nearest airlock.config.json
  --fail-on error|warning|never
                             exit with 1 from this severity on; default: error
  --fix                      make the safe fixes in the files first (never in an applied one)
`;

/** Exit code: 0 nothing at or above --fail-on, 1 findings, 2 could not run. */
export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  const format = choice(given.values, 'format', ['text', 'json']);
  const failOn = choice(given.values, 'fail-on', ['error', 'warning', 'never']);
  const session = await openSession(given, terminal);
  if (given.values.fix === true) for (const file of session.files) await writeFixes(file.path, session, terminal);

  const results = session.workspace.analyzeAll(session.files.map((file) => file.path));
  const analyses: Analysis[] = [];
  const names = new Map<string, string>();
  results.forEach((result, index) => {
    const name = session.files[index]?.name ?? '';
    if (isProblem(result)) {
      terminal.err(`${name}: ${result.message}\n`);
      session.failed = true;
    } else {
      analyses.push(result);
      names.set(result.path, name);
    }
  });
  reportHistory(session, terminal);
  const nameOf = (analysis: Analysis): string => names.get(analysis.path) ?? analysis.path;
  const summary = summarize(analyses);
  if (format === 'json') {
    const [first] = analyses;
    const postgres = first?.config.postgres ?? 14;
    const report = { version: 1, postgres, files: analyses.map((analysis) => jsonFile(analysis, nameOf(analysis), session.workspace.migrationsWith(analysis.path))), summary };
    terminal.out(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    const colours = paint(terminal.colour);
    for (const analysis of analyses) terminal.out(fileReport(analysis, nameOf(analysis), colours));
    const applied = summary.applied > 0 ? `, ${summary.applied} of them already applied` : '';
    const suppressed = summary.suppressed > 0 ? `, ${summary.suppressed} suppressed` : '';
    if (analyses.length > 0) {
      terminal.out(
        `${paintedVerdict(summary.verdict, colours)}  ${counted(summary.files, 'file')}${applied}: ${counted(summary.errors, 'error')}, ${counted(summary.warnings, 'warning')}${suppressed}\n`,
      );
    }
  }
  if (session.failed) return 2;
  const bad = failOn === 'never' ? 0 : summary.errors + (failOn === 'warning' ? summary.warnings : 0);
  return bad > 0 ? 1 : 0;
}

async function writeFixes(path: string, session: Session, terminal: Terminal): Promise<void> {
  const input = session.workspace.inputFor(path);
  if (!('document' in input) || input.applied) return;
  const { text } = input.document;
  const fixed = await fixText(text, async (each) => analyze({ ...input, document: parseDocument(each) }, session.workspace.ruleSet, () => {}).findings);
  if (fixed === text) return;
  fs.writeFileSync(path, fixed);
  session.workspace.changed(path);
  terminal.err(`${path}: fixed\n`);
}
