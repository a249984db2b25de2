import { parseArgs } from 'node:util';
import { codeScenes, isOf, runCode } from './code/scenes.js';
import { probeNames, type Tool } from './contract.js';
import { readFacts, writeFacts } from './facts.js';
import { runFixed, scenes, steady } from './fixed.js';
import { type Ground, startGround } from './ground.js';
import { compareHostSql } from './host-sql.js';
import { type Installed, install } from './install.js';
import { patternScenes, runPattern } from './patterned.js';
import { type Bench, isAsked, probes } from './probes.js';
import { removeProjects } from './project.js';
import { tools } from './tools.js';
import { runSent, sentFact } from './sent.js';
import { runTrap } from './traps.js';
import { runWritten, writtenFact } from './written.js';

/**
 * `npm run frameworks`: runs migrations through the real tools, each in the version of its description, on a
 * PostgreSQL, and compares what they do with test/frameworks-run/facts.json. Words behind it choose tools by a part of
 * their name, "calls" what Alembic, Django and Rails send for their calls, `--fact WORD` facts; `--write` puts what was seen into the file. Exits with 1 when something was not as
 * it stands there. Tools that cannot be had are named at the end.
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { fact: { type: 'string', default: '' }, write: { type: 'boolean', default: false } },
  });
  const isChosen = ({ name }: Tool) =>
    positionals.length === 0 || positionals.some((word) => name.toLowerCase().includes(word.toLowerCase()));
  const ground = await startGround(process.env.AIRLOCK_PG ?? '/usr/lib/postgresql/15');
  const missing: string[] = [];
  const seen: Record<string, Record<string, string>> = {};
  let otherCalls = 0;
  try {
    if (positionals.length === 0 || positionals.includes('calls'))
      otherCalls = await compareHostSql(ground, values.write);
    for (const tool of tools.filter(isChosen)) {
      try {
        const installed = install(tool.source);
        seen[`${tool.name} ${installed.version}`] = await lookAt(tool, installed, ground, values.fact);
      } catch (error) {
        missing.push(`${tool.name}: not run, ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    await ground.close();
  }
  const wrong = report(seen);
  for (const line of [...missing, ...(positionals.length === 0 ? onlyRead : [])]) console.log(line);
  if (values.write) writeFacts(seen);
  return wrong + otherCalls > 0 ? 1 : 0;
}

/** What a tool does, by fact. */
async function lookAt(tool: Tool, installed: Installed, ground: Ground, word: string): Promise<Record<string, string>> {
  const bench: Bench = { tool, installed, ground };
  const row: Record<string, string> = {};
  console.log(`\n${tool.name} ${installed.version}`);
  const note = (fact: string, text: string) => {
    row[fact] = text;
    console.log(`  ${fact.padEnd(52)} ${text}`);
  };
  try {
    // What a stand-in does is what was written into it: only what Airlock writes is run through it.
    if (!tool.name.includes('stand-in'))
      for (const name of probeNames)
        if (isAsked(tool, name) && name.includes(word)) note(name, await probes[name](bench));
    for (const trap of tool.traps ?? []) if (trap.fact.includes(word)) note(trap.fact, await runTrap(bench, trap));
    if (sentFact.includes(word)) {
      const text = await runSent(bench);
      if (text !== undefined) note(sentFact, text);
    }
    if (tool.current === undefined && writtenFact.includes(word)) {
      const text = await runWritten(bench);
      if (text !== undefined) note(writtenFact, text);
    }
    for (const scene of scenes.filter(({ fact }) => fact.includes(word))) {
      const text = await runFixed(bench, scene);
      if (text !== undefined) note(scene.fact, steady(text));
    }
    for (const scene of patternScenes.filter(({ fact }) => fact.includes(word))) {
      const text = await runPattern(bench, scene);
      if (text !== undefined) note(scene.fact, steady(text));
    }
    for (const scene of codeScenes)
      if (isOf(scene, tool) && scene.fact.includes(word)) note(scene.fact, steady(await runCode(bench, scene)));
  } finally {
    if (process.env.AIRLOCK_KEEP === undefined) removeProjects(installed);
  }
  return row;
}

/** Prints what is not as it stands in the file, and gives the number of those. */
function report(seen: Readonly<Record<string, Readonly<Record<string, string>>>>): number {
  const facts = readFacts();
  const all = Object.entries(seen).flatMap(([tool, row]) =>
    Object.entries(row).map(([fact, text]) => ({ tool, fact, text, expected: facts[tool]?.[fact] })),
  );
  const wrong = all.filter(({ text, expected }) => text !== expected);
  console.log(`\n${all.length} facts of ${Object.keys(seen).length} tools, ${wrong.length} not as expected`);
  for (const { tool, fact, text, expected = 'nothing yet' } of wrong)
    console.log(`${tool} | ${fact} | expected: ${expected} | seen: ${text}`);
  return wrong.length;
}

/** Tools that no registry of packages has for Node.js or Debian: what Airlock says of them is read in their sources. */
const onlyRead: readonly string[] = [
  'Flyway, golang-migrate, goose, Atlas, Hasura: not run, their packages fetch the program from elsewhere; stood in for by their sources',
  'Diesel, sqlx, tern: not run, they come with their languages only; stood in for by their sources',
  'Refinery, pop, Ecto, Phinx, Laravel, Doctrine: not run, read in their sources',
];

// Leaves by the front door, so that the server goes with this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(2));

main().then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
