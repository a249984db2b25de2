import path from 'node:path';
import { pageHtml } from '../../page/html.js';
import { pageMarkdown } from '../../page/markdown.js';
import { inOrder } from '../../rehearsal/in-order.js';
import { pageOfSchema, pageOfSchemaChange } from '../../schema-page/of-migration.js';
import { visibleLine } from '../../sql/visible.js';
import { type Arguments, choice, forMigrations, inForms, UsageError } from '../arguments.js';
import { ownSystem, type System } from '../cache/questions.js';
import { isProblem, openSession, reportHistory, type Terminal } from '../session.js';
import { writeFiles } from '../write-files.js';

export const options = { ...forMigrations, ...inForms, change: { type: 'boolean' }, out: { type: 'string' } } as const;

export const help = `pg-airlock schema FOLDER|FILE [options]

The schema that the migrations build, as of the last one of FOLDER or as of FILE: a picture of the tables and their foreign
keys, and for each table its columns, constraints, indexes, comments, and who refers to whom.

  --change          what FILE changes, as text and picture, in place of the whole schema
  --format markdown|html
                    default: markdown, with a Mermaid diagram. html is one file with a drawing, which prints
  --out FILE        write it there; a file that such a page was written to before is replaced, any other is not
  --postgres 14…18
  --config FILE     default: the nearest airlock.config.json
`;

export async function run(given: Arguments, terminal: Terminal, system: System = ownSystem): Promise<number> {
  const format = choice(given.values, 'format', ['markdown', 'html']);
  const isChange = given.values.change === true;
  const session = await openSession(given, terminal, system);
  const [first] = session.files;
  if (!first) return 2;
  if (isChange && session.files.length > 1) throw new UsageError('--change takes one file.');
  const last =
    session.files.length === 1 ? first.path : (inOrder(session.workspace, first.path).at(-1)?.path ?? first.path);
  const analysis = session.workspace.analyze(last);
  if (isProblem(analysis)) {
    terminal.err(`${visibleLine(last)}: ${analysis.message}\n`);
    return 2;
  }
  reportHistory(session, terminal);
  const history = session.workspace.historyOf(last);
  const page = isChange ? pageOfSchemaChange(analysis, history) : pageOfSchema(analysis, history);
  write(format === 'html' ? pageHtml(page) : pageMarkdown(page), given, terminal, system);
  return session.failed ? 2 : 0;
}

/** The first lines of the pages that this command writes. */
const OWN =
  /^(?:# (?:Schema|What .+ changes)\n|<!DOCTYPE html>\n[\s\S]{0,400}<title>(?:Schema|What .+ changes)<\/title>)/;

function write(text: string, given: Arguments, terminal: Terminal, { files }: System): void {
  const { out } = given.values;
  if (typeof out !== 'string') return terminal.data(text);
  const there = files.read(path.resolve(out));
  writeFiles([{ path: path.resolve(out), name: out, text, replaces: 'text' in there && OWN.test(there.text) }]);
  terminal.err(`wrote ${visibleLine(out)}\n`);
}
