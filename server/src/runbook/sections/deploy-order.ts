import { type Phase, phaseOf } from '../../review/phases.js';
import { releaseFiles } from '../../review/release.js';
import type { PlannedMigration } from '../migration.js';
import { type Block, heading, list, type Text } from '../../page/page.js';

/** When the code goes out: before what takes away, behind what brings. */
export function deployOrder(migrations: readonly PlannedMigration[]): Block[] {
  const files = releaseFiles(migrations.map(({ analysis }) => analysis));
  const items = files.flatMap(({ analysis, bounds }, index): Text[] => {
    const found = new Set<Phase>();
    analysis.walk((step, before) => {
      const phase = step.origin === 'file' ? phaseOf(step, before, bounds) : undefined;
      if (phase) found.add(phase);
    });
    const words = orderWords(found);
    if (words === undefined) return [];
    return migrations.length > 1
      ? [[`${migrations[index]?.name ?? ''}: ${words}`]]
      : [[`${words.charAt(0).toUpperCase()}${words.slice(1)}`]];
  });
  return items.length === 0 ? [] : [heading(3, 'Code and migration'), list(items)];
}

function orderWords(phases: ReadonlySet<Phase>): string | undefined {
  if (phases.has('expand') && phases.has('contract'))
    return 'it brings something, and takes away or forbids something. Code that runs now must already do without what goes, and no new code may need what comes before this has run. Where both cannot be true, split it.';
  if (phases.has('contract'))
    return 'it takes away or forbids something. First deploy code that does without, everywhere, and wait until no old process runs; then run this.';
  if (phases.has('expand')) return 'it only adds or allows. Run this first; then deploy the code that uses it.';
  return phases.has('migrate')
    ? 'it changes or proves rows. Code of before and behind it must both be right meanwhile.'
    : undefined;
}
