import { pageHtml } from '../page/html.js';
import { pageMarkdown } from '../page/markdown.js';
import { planned, type RunbookMigration } from './migration.js';
import { type Block, heading, type Page, paragraph, table } from '../page/page.js';
import { cleanUp } from './sections/clean-up.js';
import { preconditions } from './sections/preconditions.js';
import { stepsOf } from './sections/steps.js';
import { stopWhen } from './sections/stop-when.js';
import { summary } from './sections/summary.js';
import { verification } from './sections/verification.js';
import { watch } from './sections/watch.js';
import { waysBack } from './sections/ways-back.js';
import { sessionName } from './session-name.js';

export type { RunbookMigration } from './migration.js';

export type RunbookFormat = 'markdown' | 'html';

/** The page in one of its forms, as a whole file. */
export function runbook(migrations: readonly RunbookMigration[], format: RunbookFormat = 'markdown'): string {
  const page = runbookPage(migrations);
  return format === 'html' ? pageHtml(page) : pageMarkdown(page);
}

/**
 * The page that a person has open while one migration or a release runs. Pure: no clock, no database. In: the
 * migrations in the order in which they run, at least one.
 */
export function runbookPage(migrations: readonly RunbookMigration[]): Page {
  const all = migrations.map(planned);
  const session = sessionName(all);
  const blocks: Block[] = [
    ...summary(all),
    ...preconditions(all),
    ...stopWhen(all, session),
    heading(2, 'Steps'),
    ...all.flatMap((migration) => stepsOf(migration, session, all.length > 1)),
    ...watch(all, session),
    ...verification(all),
    ...waysBack(all),
    ...cleanUp(all),
    ...log(),
  ];
  const [first, last] = [all[0]?.name ?? '', all.at(-1)?.name ?? ''];
  return {
    title: all.length < 2 ? `Runbook: ${first}` : `Runbook: ${all.length} migrations, ${first} to ${last}`,
    blocks,
  };
}

function log(): Block[] {
  return [
    heading(2, 'Log'),
    paragraph('What happened, as it happens: the next person reads it.'),
    table(
      ['Time', 'Step', 'Result', 'Who'],
      Array.from({ length: 6 }, () => [[], [], [], []]),
    ),
  ];
}
