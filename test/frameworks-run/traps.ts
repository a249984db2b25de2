import type { Trap } from './contract.js';
import { said } from './outcome.js';
import { type Bench, start } from './probes.js';

/** Runs a project written by hand, and adds what is asked of the database. */
export async function runTrap(bench: Bench, { files, ask: question }: Trap): Promise<string> {
  const { project, ask, target } = await start(bench);
  project.write({ ...bench.tool.files([], target), ...files });
  const run = said(await project.up());
  if (question === undefined) return run;
  return `${run}; ${(await ask(question)).join(' ')}`;
}
