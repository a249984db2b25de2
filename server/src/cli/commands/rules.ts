import { rules } from '../../../../rules/index.js';
import { type Arguments, choice } from '../arguments.js';
import { paint } from '../output.js';
import type { Terminal } from '../session.js';

export const options = {} as const;

export const help = `pg-airlock rules [--format text|json]

Lists the rules.
`;

export async function run(given: Arguments, terminal: Terminal): Promise<number> {
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
    terminal.out(`${JSON.stringify(list, null, 2)}\n`);
    return 0;
  }
  const colours = paint(terminal.colour);
  const wide = Math.max(...metas.map((meta) => meta.id.length));
  for (const meta of metas)
    terminal.out(`${colours.bold(meta.id.padEnd(wide))}  ${meta.severity.padEnd(7)}  ${meta.summary}\n`);
  return 0;
}
