import { parseArgs } from 'node:util';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { campaigns } from './campaigns.js';
import { type FuzzReport, MOST_MEMORY, runCampaigns, runOne } from './run-campaigns.js';

/**
 * Random inputs without end, all through the core, the editor's checker and the command line's workspace:
 *   npm run fuzz -- [--seed 1] [--inputs 100000] [--minutes 10] [--only NAME] [--again SEED]
 * `--again` makes one input of `--only` once more. Ends with 1 when anything threw, took longer than a second, differed
 * or took too much memory.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      inputs: { type: 'string', default: 'Infinity' },
      minutes: { type: 'string', default: '10' },
      only: { type: 'string' },
      again: { type: 'string' },
    },
  });
  if (values.again !== undefined) return again(values.only ?? '', Number(values.again));
  let reported = 0;
  const report = await runCampaigns({
    seed: Number(values.seed),
    inputs: Number(values.inputs),
    time: Number(values.minutes) * 60_000,
    only: values.only,
    onProgress(now) {
      for (const fault of now.faults.slice(reported, reported + 20)) {
        console.log(
          `\n${fault.campaign}, seed ${fault.seed}: ${fault.kind}\n${fault.what.slice(0, 1500)}\n--- input\n${fault.text.slice(0, 1500)}`,
        );
      }
      reported = now.faults.length;
    },
  });
  console.log(summary(report));
  process.exitCode = report.faults.length > 0 || report.memory > MOST_MEMORY ? 1 : 0;
}

async function again(name: string, seed: number): Promise<void> {
  await initParser();
  const campaign = campaigns.find((each) => each.name === name);
  if (!campaign) throw new Error(`There is no campaign "${name}": ${campaigns.map((each) => each.name).join(', ')}.`);
  const report: FuzzReport = { inputs: new Map(), faults: [], slowest: { ms: 0, campaign: '', seed: 0 }, memory: 0 };
  await runOne(campaign, seed, report);
  console.log(JSON.stringify(report.faults, null, 2));
  process.exitCode = report.faults.length > 0 ? 1 : 0;
}

function summary({ inputs, faults, slowest, memory }: FuzzReport): string {
  const count = (name: string, kind: string): number =>
    faults.filter((fault) => fault.campaign === name && fault.kind === kind).length;
  const lines = [...inputs].map(
    ([name, number]) =>
      `${name.padEnd(30)} ${String(number).padStart(8)} inputs, ${count(name, 'throw')} throws, ${count(name, 'hang')} hangs, ${count(name, 'fault')} faults`,
  );
  const total = [...inputs.values()].reduce((sum, number) => sum + number, 0);
  return [
    '',
    ...lines,
    `${total} inputs, ${faults.length} faults; the slowest took ${Math.round(slowest.ms)} ms (${slowest.campaign}, seed ${slowest.seed}); at most ${Math.round(memory / 1e6)} MB`,
  ].join('\n');
}

void main();
