import { visibleLine } from '../sql/visible.js';
import type { SafeMigration } from '../workspace/safe-migration.js';
import type { Terminal } from './session.js';
import { writeFiles } from './write-files.js';

/** How planned migrations are handed out. */
interface How {
  readonly write: boolean;
  readonly format: 'text' | 'json';
  /** A path as it is shown. */
  readonly nameOf: (path: string) => string;
}

/** Prints planned migrations, or writes all of them or none. */
export function handOut(planned: SafeMigration, { write, format, nameOf }: How, terminal: Terminal): void {
  const { plan, files, downs, beside } = planned;
  if (format === 'json') terminal.data(`${JSON.stringify(jsonOf(planned, nameOf), null, 2)}\n`);
  if (write) {
    writeFiles([
      ...[...files, ...downs].map(({ path, sql }) => ({ path, name: nameOf(path), text: sql, replaces: false })),
      ...beside.map(({ path, text }) => ({ path, name: nameOf(path), text, replaces: 'if there' as const })),
    ]);
    for (const { path } of [...files, ...downs, ...beside]) terminal.err(`wrote ${visibleLine(nameOf(path))}\n`);
  } else if (format !== 'json') {
    for (const { path, sql, transactional } of [...files, ...downs])
      terminal.data(`-- ==> ${visibleLine(nameOf(path))}${transactional ? '' : ' (not in a transaction)'}\n${sql}\n`);
    for (const { path, text } of beside) terminal.data(`-- ==> ${visibleLine(nameOf(path))}\n${text}\n`);
  }
  if (plan.before !== undefined) terminal.err(`Before: ${visibleLine(plan.before)}\n`);
}

function jsonOf({ plan, files, downs, beside }: SafeMigration, nameOf: (path: string) => string) {
  return {
    title: plan.title,
    ...(plan.before === undefined ? {} : { before: plan.before }),
    files: files.map((each) => ({ ...each, path: nameOf(each.path) })),
    downs: downs.map((each) => ({ ...each, path: nameOf(each.path) })),
    beside: beside.map((each) => ({ ...each, path: nameOf(each.path) })),
  };
}
