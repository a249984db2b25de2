import type { Action, ColumnDefinition, ConstraintDefinition, ObjectName } from '../../server/src/sql/action.js';
import { nameOf as tokenName, type Token } from '../../server/src/sql/lexer.js';
import { hasPlaceholder } from '../../server/src/sql/placeholders.js';
import { byteLength, cutName, NAME_BYTES } from '../../server/src/sql/quote.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { defineRule, type Report, type RuleContext } from '../engine/define-rule.js';
import { replace } from '../fixes/edit.js';

type Message = 'cut' | 'collides';

/** PostgreSQL keeps 63 bytes of a name and cuts the rest with a notice that nobody reads (measured: 42622). */
export default defineRule({
  meta: {
    id: 'no-long-identifier',
    aliases: ['identifier-too-long'],
    category: 'execution',
    severity: 'warning',
    summary: 'Keep names within 63 bytes.',
    recommended: true,
    fix: 'safe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS'],
    messages: {
      cut: '{name} has {bytes} bytes and PostgreSQL keeps 63: the name becomes {short}, and code that looks for the whole one, in the catalog or in an error, does not find it.\nWrite a shorter name.',
      collides:
        '{name} has {bytes} bytes and PostgreSQL keeps 63: it becomes {short}, which {other} has become already. With IF NOT EXISTS nothing is made, without it the statement fails.\nWrite names that differ in their first 63 bytes.',
    },
  },

  checkStatement(context) {
    const { statement, runsLater } = context;
    if (runsLater || !mayHaveLong(statement)) return;
    const long = statement.tokens().filter(isLong);
    if (long.length === 0) return;
    const made = new Set(statement.actions.flatMap(namesMade).map((each) => each.name));
    const reported = new Set<string>();
    return long.flatMap((token): Report<Message>[] => {
      const name = tokenName(token);
      const short = cutName(name);
      if (!made.has(short) || reported.has(name)) return [];
      const other = collision(name, short, context);
      reported.add(name);
      const at = { start: token.start, end: token.end };
      const data = { name, short, bytes: String(byteLength(name)), other: other ?? '' };
      if (other !== undefined) return [{ at, message: 'collides', data, severity: 'error' }];
      const text = token.kind === 'quoted' ? `"${short.replaceAll('"', '""')}"` : cutName(token.text);
      // Names of constraints and indexes are mostly written by a generator, and seldom looked for.
      const severity = statement.actions.flatMap(namesMade).every((each) => each.name !== short || each.generated)
        ? ('info' as const)
        : ('warning' as const);
      return [
        {
          at,
          message: 'cut',
          data,
          severity,
          fixes: [{ title: 'Write the name that PostgreSQL keeps', safety: 'safe', edits: [replace(at, text)] }],
        },
      ];
    });
  },
});

/** Most texts have no word that is long enough, and need no tokens; other letters than ASCII take more bytes. */
function mayHaveLong(statement: ParsedStatement): boolean {
  let known = longTexts.get(statement);
  if (known === undefined) {
    const { text } = statement;
    known = /[^\0-\x7f]/.test(text) || (text.length > NAME_BYTES && /\b[\w$]{64}|"[^"]{64}/.test(text));
    longTexts.set(statement, known);
  }
  return known;
}

/** The answers, which stay the same for a statement while others are edited. */
const longTexts = new WeakMap<ParsedStatement, boolean>();

function isLong(token: Token): boolean {
  return (
    (token.kind === 'word' || token.kind === 'quoted') &&
    token.text.length > NAME_BYTES / 4 &&
    cutName(tokenName(token)) !== tokenName(token) &&
    !hasPlaceholder(token.text)
  );
}

/** Another long name of this file that is cut to the same, where both cannot be. */
function collision(
  name: string,
  short: string,
  { earlier, statement }: Pick<RuleContext, 'earlier' | 'statement'>,
): string | undefined {
  const mine = statement.actions.flatMap(namesMade).filter((each) => each.name === short);
  const spaces = new Set(mine.map((each) => each.space));
  for (const each of [...earlier.statements(hasLongName), statement]) {
    const made = each.actions.flatMap(namesMade);
    if (!made.some((other) => other.name === short && spaces.has(other.space))) continue;
    const token = each
      .tokens()
      .find((other) => isLong(other) && tokenName(other) !== name && cutName(tokenName(other)) === short);
    if (token && (each !== statement || token.start < firstPlace(name, statement))) return tokenName(token);
  }
  return undefined;
}

function hasLongName(statement: ParsedStatement): boolean {
  return mayHaveLong(statement) && statement.tokens().some(isLong);
}

function firstPlace(name: string, statement: RuleContext['statement']): number {
  return statement.tokens().find((token) => isLong(token) && tokenName(token) === name)?.start ?? 0;
}

/** A name as PostgreSQL's grammar has cut it, and the space in which it must be the only one. */
interface Made {
  readonly name: string;
  readonly space: string;
  /** True for what a generator mostly names, and nobody looks for. */
  readonly generated: boolean;
}

/** The names that an action gives. Tables, indexes, views and sequences share one space. */
function namesMade(action: Action): Made[] {
  const relation = (name: string | undefined, generated = false): Made[] =>
    name === undefined ? [] : [{ name, space: 'relation', generated }];
  const inTable = (table: ObjectName, name: string | undefined, what: string): Made[] =>
    name === undefined ? [] : [{ name, space: `${what} of ${table.name}`, generated: what === 'constraint' }];
  const constraint = (table: ObjectName, each: ConstraintDefinition): Made[] =>
    each.kind === 'unique' || each.kind === 'primaryKey'
      ? relation(each.name, true)
      : inTable(table, each.name, 'constraint');
  const column = (table: ObjectName, each: ColumnDefinition): Made[] => [
    ...inTable(table, each.name, 'column'),
    ...each.constraints.flatMap((own) => constraint(table, own)),
  ];
  switch (action.kind) {
    case 'createTable':
      return [
        ...relation(action.table.name),
        ...action.columns.flatMap((each) => column(action.table, each)),
        ...action.constraints.flatMap((each) => constraint(action.table, each)),
      ];
    case 'addColumn':
      return column(action.table, action.column);
    case 'addConstraint':
      return constraint(action.table, action.constraint);
    case 'createIndex':
      return relation(action.index, true);
    case 'renameTable':
      return relation(action.to);
    case 'renameColumn':
      return inTable(action.table, action.to, 'column');
    case 'renameConstraint':
      return inTable(action.table, action.to, 'constraint');
    case 'renameObject':
      return action.objectKind === 'index'
        ? relation(action.to, true)
        : [{ name: action.to, space: action.objectKind, generated: false }];
    case 'createView':
      return relation(action.view.name);
    case 'createSequence':
      return relation(action.sequence.name);
    case 'createTrigger':
      return inTable(action.table, action.trigger, 'trigger');
    case 'createFunction':
      // Functions of one name may differ in their arguments.
      return [{ name: action.function.name, space: `function ${action.span.end}`, generated: false }];
    case 'createEnum':
      return [{ name: action.type.name, space: 'type', generated: false }];
    case 'createDomain':
      return [{ name: action.domain.name, space: 'type', generated: false }];
    case 'createSchema':
      return [{ name: action.schema, space: 'schema', generated: false }];
    default:
      return [];
  }
}
