import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ruleSet } from '../../rules/engine/run.js';
import { rules } from '../../rules/index.js';
import { analyze } from '../../server/src/analysis/analyze.js';
import { resolveConfig } from '../../server/src/analysis/config.js';
import { Positions } from '../../server/src/analysis/positions.js';
import { applyDocument } from '../../server/src/analysis/replay.js';
import { plainSql } from '../../server/src/frameworks/plain-sql.js';
import { projectOf } from '../support/project.js';
import { SchemaState } from '../../server/src/schema/state.js';
import { parseDocument } from '../../server/src/sql/parse.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { installPackage } from '../support/install-package.js';

/**
 * Airlock beside squawk and pgfence over one set of files:
 *   npm run compare -- [files or directories]     without any: test/compare/cases
 * Each file stands for itself; `-- history: …` is an earlier migration, which Airlock alone reads. A first line `-- truth: hazard, because …` or `-- truth: none, because …` is what the
 * summary counts by. Timeouts, IF NOT EXISTS and preferences are asked of nearly every file by somebody and count for
 * nobody.
 */
const root = path.resolve(__dirname, '..', '..', '..');
export const casesDirectory = path.join(root, 'test', 'compare', 'cases');

export interface Said {
  /** From 1. */
  readonly line: number;
  readonly rule: string;
}
export type Truth = 'hazard' | 'none' | undefined;

const uncounted =
  /^(?:missing-.*|require-lock-timeout|require-timeout-settings|prefer-.*|require-table-schema|ban-char-field|.*-timeout)$/;

export function truthOf(text: string): Truth {
  return /^-- truth: (hazard|none), because /.exec(text)?.[1] as Truth;
}

const set = ruleSet(rules);

/** What Airlock reports at warning or above. */
export function airlock(file: string, text: string): Said[] {
  const document = parseDocument(text);
  const before = new SchemaState();
  const history = /^-- history: (.*)$/m.exec(text)?.[1];
  if (history !== undefined) applyDocument(parseDocument(history), before, []);
  before.release++;
  const input = {
    path: file,
    document,
    sections: [],
    before,
    config: resolveConfig({}),
    project: projectOf(plainSql),
    applied: false,
  };
  const positions = new Positions(text);
  return analyze(input, set, (rule, _tag, error) => {
    throw new Error(`${rule.meta.id}: ${String(error)}`);
  })
    .findings.filter(({ severity }) => severity === 'error' || severity === 'warning')
    .map(({ span, rule }) => ({ line: positions.at(span.start).line + 1, rule }));
}

function installed(name: string): string | undefined {
  const file = path.join(root, 'node_modules', '.bin', name);
  return fs.existsSync(file) ? file : undefined;
}

export function squawk(file: string): Said[] | undefined {
  const binary = installed('squawk');
  if (!binary) return undefined;
  const { stdout } = spawnSync(binary, ['--reporter', 'json', file], { encoding: 'utf8' });
  const found = JSON.parse(stdout || '[]') as { line: number; rule_name: string }[];
  return found.map(({ line, rule_name }) => ({ line: line + 1, rule: rule_name }));
}

/** pgfence as npm has it; its licence lets it be compared with, and it is no dependency. */
const pgfenceVersion = '0.1.5';

interface PgfenceReport {
  readonly checks?: readonly { readonly ruleId: string; readonly risk: string; readonly statement: string }[];
  readonly policyViolations?: readonly { readonly ruleId: string }[];
}

/** What pgfence calls a risk: MEDIUM and above, and the policies it finds broken. It gives no lines, so they are looked up. */
function pgfence(file: string, text: string): Said[] {
  const folder = installPackage('@flvmnt/pgfence', pgfenceVersion);
  const binary = path.join(folder, 'node_modules', '.bin', 'pgfence');
  const { stdout } = spawnSync(binary, ['analyze', '--output', 'json', '--min-pg-version', '14', file], {
    encoding: 'utf8',
  });
  const { results } = JSON.parse(stdout) as { results: PgfenceReport[] };
  return results.flatMap(({ checks = [], policyViolations = [] }) => [
    ...checks
      .filter(({ risk }) => risk !== 'LOW' && risk !== 'SAFE')
      .map(({ ruleId, statement }) => ({ line: lineOf(statement, text), rule: ruleId })),
    ...policyViolations.map(({ ruleId }) => ({ line: 1, rule: ruleId })),
  ]);
}

function lineOf(statement: string, text: string): number {
  return text.slice(0, Math.max(0, text.indexOf(statement))).split('\n').length;
}

/** right: the truth; missed: a hazard without a word; cried wolf: a word without a hazard. */
export function judged(truth: Truth, said: readonly Said[]): 'right' | 'missed' | 'cried wolf' | undefined {
  if (truth === undefined) return undefined;
  const speaks = said.some(({ rule }) => !uncounted.test(rule));
  if (speaks === (truth === 'hazard')) return 'right';
  return speaks ? 'cried wolf' : 'missed';
}

export function filesIn(paths: readonly string[]): string[] {
  return paths.flatMap((each) =>
    fs.statSync(each).isDirectory()
      ? fs
          .readdirSync(each, { recursive: true, encoding: 'utf8' })
          .filter((name) => name.endsWith('.sql'))
          .sort()
          .map((name) => path.join(each, name))
      : [each],
  );
}

async function main(): Promise<void> {
  await initParser();
  const paths = process.argv.slice(2);
  const tools: Readonly<Record<string, (file: string, text: string) => Said[] | undefined>> = {
    airlock,
    squawk,
    pgfence,
  };
  const counts = new Map<string, number>();
  for (const file of filesIn(paths.length > 0 ? paths : [casesDirectory])) {
    const text = fs.readFileSync(file, 'utf8');
    const truth = truthOf(text);
    console.log(`${path.relative(process.cwd(), file)}${truth ? ` (${truth})` : ''}`);
    for (const [name, run] of Object.entries(tools)) {
      const said = run(file, text) ?? [];
      const result = judged(truth, said);
      if (result) counts.set(`${name} ${result}`, (counts.get(`${name} ${result}`) ?? 0) + 1);
      const words = said.map(({ line, rule }) => `${line}:${rule}`).join(' ') || '–';
      console.log(`  ${name.padEnd(8)} ${(result ?? '').padEnd(11)} ${words}`);
    }
  }
  if (counts.size === 0) return;
  console.log(`\n${'tool'.padEnd(10)}${['right', 'missed', 'cried wolf'].map((word) => word.padStart(12)).join('')}`);
  for (const name of Object.keys(tools)) {
    console.log(
      name.padEnd(10) +
        ['right', 'missed', 'cried wolf']
          .map((word) => String(counts.get(`${name} ${word}`) ?? 0).padStart(12))
          .join(''),
    );
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
