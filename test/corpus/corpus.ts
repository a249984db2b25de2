import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { rules } from '../../rules/index.js';
import { ruleSet } from '../../rules/engine/run.js';
import { analyze } from '../../server/src/analysis/analyze.js';
import { resolveConfig } from '../../server/src/analysis/config.js';
import { foreignDialect } from '../../server/src/analysis/foreign-dialect.js';
import { readMigration } from '../../server/src/analysis/sections.js';
import { plainSql } from '../../server/src/frameworks/plain-sql.js';
import { projectOf } from '../support/project.js';
import { rollback } from '../../server/src/rollback/rollback.js';
import { SchemaState } from '../../server/src/schema/state.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';

/**
 * Runs Airlock over the SQL files of a real repository, as one history in the order of their names:
 *   npm run corpus -- <git dir> <path regex> [--findings RULE|all] [--problems] [--rollback]
 * Reads the newest commit of a bare or normal git directory and changes nothing. Exits with 1 when anything crashed.
 */

interface SourceFile {
  readonly path: string;
  readonly text: string;
}

function git(directory: string, args: string[], input?: string): Buffer {
  const run = spawnSync('git', ['--git-dir', directory, ...args], { input, maxBuffer: 2 ** 30 });
  if (run.status !== 0) throw new Error(`git ${args[0]} failed: ${run.stderr}`);
  return run.stdout;
}

/** The files of HEAD whose path matches, as UTF-8 text. */
export function readFiles(directory: string, pattern: RegExp): SourceFile[] {
  const entries: { path: string; object: string }[] = [];
  for (const line of git(directory, ['ls-tree', '-r', '-z', 'HEAD']).toString('utf8').split('\0')) {
    const [, object, path] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    if (object && path && pattern.test(path)) entries.push({ path, object });
  }
  const names = entries.map((entry) => entry.object).join('\n');
  const batch = git(directory, ['cat-file', '--batch'], `${names}\n`);
  const files: SourceFile[] = [];
  let at = 0;
  for (const { path } of entries) {
    const newline = batch.indexOf(10, at);
    const size = Number(batch.toString('utf8', at, newline).split(' ')[2]);
    files.push({ path, text: batch.toString('utf8', newline + 1, newline + 1 + size) });
    at = newline + 1 + size + 1;
  }
  return files;
}

/** "path:line" of an offset. */
function placeOf(path: string, text: string, offset: number): string {
  return `${path}:${text.slice(0, offset).split('\n').length}`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { findings: { type: 'string' }, problems: { type: 'boolean' }, rollback: { type: 'boolean' } },
  });
  const [directory, pattern] = positionals;
  if (directory === undefined || pattern === undefined) {
    throw new Error('Usage: npm run corpus -- <git dir> <path regex> [--findings RULE|all] [--problems] [--rollback]');
  }
  await initParser();
  const project = projectOf(plainSql);
  const texts = new Map(readFiles(directory, new RegExp(pattern)).map(({ path, text }) => [path, text]));
  const ups = [...texts.keys()].filter((path) => plainSql.directionOf(path, project) !== 'down');
  const files = plainSql.order(ups, project).map((path) => ({ path, text: texts.get(path) ?? '' }));
  const config = resolveConfig({});
  const set = ruleSet(rules);
  const counts = new Map<string, number>();
  let state = new SchemaState();
  let [statements, embedded, dynamic, problems, foreign, crashes] = [0, 0, 0, 0, 0, 0];
  const began = performance.now();
  for (const { path, text } of files) {
    try {
      const { document, sections } = readMigration(text, { path, config, project });
      const analysis = analyze(
        { path, document, sections, before: state, config, project, applied: false },
        set,
        (rule, statement, error) => {
          crashes++;
          console.error(
            `RULE ${rule.meta.id} failed on ${statement} in ${path}: ${error instanceof Error ? error.stack : String(error)}`,
          );
        },
      );
      if (values.rollback) rollback(analysis, []);
      state = analysis.after;
      state.release++;
      statements += document.statements.length;
      if (foreignDialect(document)) foreign++;
      for (const { parsed, span } of document.statements) {
        embedded += parsed.embedded.length;
        dynamic += parsed.dynamic.length;
        if (!parsed.problem) continue;
        problems++;
        if (values.problems)
          console.log(`${placeOf(path, text, span.start + parsed.problem.span.start)}: ${parsed.problem.message}`);
      }
      for (const finding of analysis.findings) {
        const key = `${finding.severity.padEnd(7)} ${finding.rule}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
        if (values.findings === 'all' || values.findings === finding.rule) {
          console.log(
            `${placeOf(path, text, finding.span.start)} [${finding.severity}] ${finding.rule}: ${finding.message}`,
          );
          console.log(`    ${(finding.step?.statement.text ?? '').replace(/\s+/g, ' ').slice(0, 220)}`);
        }
      }
    } catch (error) {
      crashes++;
      console.error(`CRASH in ${path}: ${error instanceof Error ? error.stack : String(error)}`);
    }
  }
  const duration = performance.now() - began;
  for (const [key, count] of [...counts].sort((a, b) => b[1] - a[1]))
    console.log(`${String(count).padStart(6)}  ${key}`);
  console.log(
    `${files.length} files, ${statements} statements, ${embedded} embedded, ${dynamic} dynamic, ${problems} not parsed, ` +
      `${foreign} files of another database, ${crashes} crashes, ${duration.toFixed(0)} ms`,
  );
  if (crashes > 0) process.exitCode = 1;
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
