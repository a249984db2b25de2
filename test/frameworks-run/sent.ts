import { spawnSync } from 'node:child_process';
import { isSameSql } from '../../server/src/hosts/same-sql.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { split } from '../../server/src/sql/split.js';
import { loadJavaScript } from '../hosts/support/javascript.js';
import { hostTools, upOf } from '../hosts/support/tools.js';
import type { Bench } from './probes.js';
import { newProject } from './project.js';
import { recorders } from './recorders.js';

export const sentFact = 'SQL of builder calls, as Airlock reads them';

/**
 * Runs the bodies of test/hosts/cases through the tool, and compares what it sends with what Airlock reads in them.
 * undefined for a tool that has no such calls.
 */
export async function runSent({ tool, installed, ground }: Bench): Promise<string | undefined> {
  const recorder = recorders[tool.name];
  if (!recorder) return undefined;
  await initParser();
  await loadJavaScript();
  const target = await ground.newDatabase();
  const project = newProject(tool, installed, target);
  const bodies = recorder.cases.map(([up, , before = '']) => ({ up, before }));
  project.write({ 'record.js': recorder.script, 'bodies.json': JSON.stringify(bodies) });
  const run = spawnSync(process.execPath, ['record.js'], {
    cwd: project.folder,
    encoding: 'utf8',
    env: { ...process.env, DATABASE_URL: target.url },
    timeout: 120_000,
  });
  const line = /^SENT (.*)$/m.exec(run.stdout)?.[1];
  if (line === undefined) return `fails: ${(run.stderr || run.stdout).trim().split('\n')[0]}`;
  const sent = asLists(JSON.parse(line));
  let statements = 0;
  const other: string[] = [];
  const reader = hostTools[recorder.tool];
  for (const [index, [up]] of recorder.cases.entries()) {
    const expected = upOf(reader, up, installed.version);
    const real = (sent[index] ?? []).flatMap(statementsOf);
    statements += real.length;
    const isSame = real.length === expected.length && real.every((sql, at) => isSameSql(sql, expected[at] ?? ''));
    if (!isSame) other.push(`${up} sends ${real.join('; ')}`);
  }
  for (const each of other) console.log(`    ${each}`);
  return `${recorder.cases.length} bodies, ${statements} statements, ${other.length} otherwise`;
}

function asLists(value: unknown): string[][] {
  return Array.isArray(value) ? value.map((each) => (Array.isArray(each) ? each.map(String) : [])) : [];
}

function statementsOf(sql: string): string[] {
  return split(sql).pieces.map(({ span }) => sql.slice(span.start, span.end));
}
