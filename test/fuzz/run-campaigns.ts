import { loadTypedParser } from '../../server/src/sql/expression-ast.js';
import { initParser } from '../../server/src/sql/postgres-parser.js';
import { type Campaign, campaigns, type Fault } from './campaigns.js';
import { Random } from './random.js';

/** A fault with what it takes to see it again. */
export interface SeenFault extends Fault {
  readonly campaign: string;
  readonly seed: number;
  readonly kind: 'throw' | 'hang' | 'fault';
}

export interface FuzzOptions {
  readonly seed: number;
  /** Ends after so many inputs or so many milliseconds, whatever comes first. */
  readonly inputs: number;
  readonly time: number;
  /** Only the campaign of that name. */
  readonly only?: string | undefined;
  /** Called now and then with how far it is. */
  onProgress?(report: FuzzReport): void;
}

export interface FuzzReport {
  readonly inputs: Map<string, number>;
  readonly faults: SeenFault[];
  /** The longest input, in milliseconds. */
  slowest: { ms: number; campaign: string; seed: number };
  /** By how much the memory of the process has grown at most, in bytes. */
  memory: number;
}

/** Longer than that, and a person waits (ms). */
const HANG = 1000;

/** More memory than that is a leak: a run holds nothing but bounded caches (bytes). */
export const MOST_MEMORY = 1_500_000_000;

/** Runs the campaigns in turns, each input from a seed of its own that makes it again. */
export async function runCampaigns(options: FuzzOptions): Promise<FuzzReport> {
  // Other suites may have run in the process.
  const before = process.memoryUsage().rss;
  await initParser();
  // As in a server that stays; the tree answers wherever the typed parser does not.
  loadTypedParser();
  const chosen = campaigns.filter(({ name }) => options.only === undefined || name === options.only);
  const turns = chosen.flatMap((campaign) => Array.from({ length: campaign.share }, () => campaign));
  const report: FuzzReport = {
    inputs: new Map(chosen.map(({ name }) => [name, 0])),
    faults: [],
    slowest: { ms: 0, campaign: '', seed: 0 },
    memory: 0,
  };
  const began = Date.now();
  for (let index = 0; index < options.inputs && Date.now() - began < options.time; index++) {
    const campaign = turns[index % turns.length];
    if (!campaign) break;
    await runOne(campaign, (Math.imul(options.seed, 1_000_003) + index) >>> 0, report);
    if (index % 500 === 0) {
      report.memory = Math.max(report.memory, process.memoryUsage().rss - before);
      options.onProgress?.(report);
      // Lets finalizers run.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return report;
}

/** One input of one campaign. */
export async function runOne(campaign: Campaign, seed: number, report: FuzzReport): Promise<void> {
  const { name } = campaign;
  const first = await timed(campaign, seed);
  for (const fault of first.faults) report.faults.push({ ...fault, campaign: name, seed });
  // A busy machine makes no faults: what was slow is tried once more.
  const ms = first.ms > HANG ? Math.min(first.ms, (await timed(campaign, seed)).ms) : first.ms;
  if (ms > HANG) report.faults.push({ campaign: name, seed, kind: 'hang', what: `${Math.round(ms)} ms`, text: '' });
  if (ms > report.slowest.ms) report.slowest = { ms, campaign: name, seed };
  report.inputs.set(name, (report.inputs.get(name) ?? 0) + 1);
}

async function timed(
  campaign: Campaign,
  seed: number,
): Promise<{ ms: number; faults: readonly Pick<SeenFault, 'kind' | 'what' | 'text'>[] }> {
  const began = performance.now();
  const now = (): number => performance.now() - began;
  try {
    const faults = await campaign.run(new Random(seed));
    return { ms: now(), faults: faults.map((fault) => ({ ...fault, kind: 'fault' })) };
  } catch (error) {
    const what = (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, 2000);
    return { ms: now(), faults: [{ kind: 'throw', what, text: '' }] };
  }
}
