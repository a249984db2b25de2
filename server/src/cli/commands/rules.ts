import { rules } from '../../../../rules/index.js';
import { type Arguments, choice, UsageError, inForms } from '../arguments.js';
import { paint } from '../output.js';
import type { Terminal } from '../session.js';

export const options = { ...inForms } as const;

export const help = `pg-airlock rules [options]

Lists the rules.

  --format text|json   default: text
`;

export async function run(given: Arguments, terminal: Terminal): Promise<number> {
  if (given.paths.length > 0) throw new UsageError(`This command takes no "${given.paths[0]}".`);
  const metas = rules.map((rule) => rule.meta);
  if (choice(given.values, 'format', ['text', 'json']) === 'json') {
    const list = metas.map(({ id, aliases = [], category, severity, summary, recommended, fix, since }) => ({
      id,
      aliases,
      category,
      severity,
      summary,
      recommended,
      fix,
      since,
    }));
    terminal.data(`${JSON.stringify(list, null, 2)}\n`);
    return 0;
  }
  const colours = paint(terminal.colour);
  const wide = Math.max(...metas.map((meta) => meta.id.length));
  for (const meta of metas)
    terminal.out(`${colours.bold(meta.id.padEnd(wide))}  ${meta.severity.padEnd(7)}  ${meta.summary}\n`);
  return 0;
}
