import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { meaning } from '../../server/src/hosts/same-sql.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { split } from '../../server/src/sql/split.js';
import { type RecordedCase, recorded, recordedFile } from '../hosts/support/scripts.js';
import type { Ground } from './ground.js';

// What Alembic, Django and Rails send for a call: test/hosts/facts/*.json has it, and the tests of hosts/ hold our reading
// against that. Here it is asked again of the tools themselves.

type Tool = 'alembic' | 'django' | 'rails';

interface Answer {
  readonly tool: string;
  readonly results: readonly (Omit<RecordedCase, 'code'> & { readonly error?: string })[];
}

const programs: Readonly<Record<Tool, readonly [program: string, script: string]>> = {
  alembic: [process.env.AIRLOCK_PYTHON ?? '/usr/bin/python3', 'alembic_calls.py'],
  django: [process.env.AIRLOCK_PYTHON ?? '/usr/bin/python3', 'django_calls.py'],
  rails: [process.env.AIRLOCK_RUBY ?? '/usr/bin/ruby', 'rails_calls.rb'],
};

/**
 * Asks the real tools again what they send, and gives the number of answers that are not as recorded. A tool that is
 * not there, or there in another version, is named; with `write` its answers are taken for the new ones.
 */
export async function compareHostSql(ground: Ground, write: boolean): Promise<number> {
  await initParser();
  let wrong = 0;
  for (const tool of ['alembic', 'django', 'rails'] as const) {
    const facts = recorded(tool);
    const answer = await ask(tool, ground);
    if (typeof answer === 'string') console.log(`${facts.tool}: calls not compared, ${answer}`);
    else if (write) writeAnswers(tool, answer);
    else if (answer.tool !== facts.tool) console.log(`${facts.tool}: calls not compared, ${answer.tool} is here`);
    else wrong += differences(facts.cases, answer);
  }
  return wrong;
}

async function ask(tool: Tool, ground: Ground): Promise<Answer | string> {
  const [program, script] = programs[tool];
  const { port, database } = await ground.newDatabase();
  const file = path.resolve(__dirname, '../../../test/frameworks-run/hosts', script);
  const run = spawnSync(program, [file, String(port), database], {
    encoding: 'utf8',
    input: fs.readFileSync(recordedFile(tool), 'utf8'),
    maxBuffer: 64_000_000,
  });
  if (run.status !== 0) return (run.error?.message ?? run.stderr.trim().split('\n').at(-1)) || 'it does not run';
  const answer: Answer = JSON.parse(run.stdout);
  return answer;
}

/** The statements in what was sent, each as PostgreSQL reads it. */
function statements(sent: readonly string[] | null | undefined): readonly string[] | null | undefined {
  return sent?.flatMap((text) =>
    split(text).pieces.map(({ span }) =>
      text.slice(span.start, span.end).trim().replace(/;$/, '').replace(/\s+/g, ' '),
    ),
  );
}

function differences(cases: readonly RecordedCase[], { tool, results }: Answer): number {
  let wrong = 0;
  cases.forEach((each, index) => {
    const { error, ...seen } = results[index] ?? {};
    for (const direction of ['up', 'down'] as const) {
      const expected = each[direction];
      if (expected === undefined) continue;
      const got = statements(seen[direction]);
      const isSame = JSON.stringify(got?.map(meaning) ?? null) === JSON.stringify(expected?.map(meaning) ?? null);
      if (isSame) continue;
      wrong++;
      console.log(
        `${tool} | ${each.code} | ${direction} | expected: ${JSON.stringify(expected)} | seen: ${error ?? JSON.stringify(got)}`,
      );
    }
  });
  console.log(`${tool}: ${cases.length} calls, ${wrong} not as recorded`);
  return wrong;
}

function writeAnswers(tool: Tool, answer: Answer): void {
  const { cases, base, rails } = recorded(tool);
  const lines = cases.flatMap((each, index) => {
    const { error, up, down } = answer.results[index] ?? {};
    if (error !== undefined) return [];
    const { code, version } = each;
    // What is left out of a case stays left out; a new one has `"up":["?"]`.
    const isAsked = each.down !== undefined || each.up?.[0] === '?';
    const ways = { up: statements(up), ...(isAsked ? { down: down === null ? null : statements(down) } : {}) };
    return [`    ${JSON.stringify({ ...(version === undefined ? {} : { version }), code, ...ways })}`];
  });
  const head = Object.entries({ tool: answer.tool, rails, base })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  fs.writeFileSync(recordedFile(tool), `{\n${head.join('')}  "cases": [\n${lines.join(',\n')}\n  ]\n}\n`);
}
