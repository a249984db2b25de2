import type { SchemaState } from '../../server/src/schema/state.js';
import type { Insert, ObjectName } from '../../server/src/sql/action.js';
import { insertedColumns, insertedNumbers } from '../../server/src/sql/inserted.js';
import { isKeyword } from '../../server/src/sql/lexer.js';
import { hasOpenPlaceholders } from '../../server/src/sql/placeholders.js';
import { qualify, quoteIdentifier, quoteLiteral } from '../../server/src/sql/quote.js';
import type { ParsedStatement } from '../../server/src/sql/statement.js';
import { defineRule, type Fix, type RuleContext } from '../engine/define-rule.js';
import { append, inCaseOf, newlineOf } from '../fixes/edit.js';
import { isEmptied } from '../questions/emptied.js';
import { nameOf } from '../engine/words.js';

/** A sequence counts what it has handed out, not what is in the table (measured: 23505 at the next INSERT). */
export default defineRule({
  meta: {
    id: 'require-sequence-reset',
    category: 'execution',
    severity: 'warning',
    summary: 'Move the sequence on behind rows that are inserted with numbers of their own.',
    recommended: true,
    fix: 'unsafe',
    since: '0.1.0',
    sources: ['https://www.postgresql.org/docs/current/functions-sequence.html'],
    messages: {
      behind:
        'These rows bring their own {column}, and the sequence of {table} does not notice: it hands out the same numbers again, and the INSERT of the application fails as a duplicate or makes one.\nSet the sequence with setval behind the last row.',
      startsAtOne:
        'The identity of {column} begins at 1, whatever {table} holds: the INSERTs of the application that leave {column} out get the numbers of rows that are there, and fail as duplicates or make some (error 23505).\nSet the sequence with setval behind the last row.',
      setBack:
        'This sets the sequence of {table} back, and its rows keep their {column}: the next INSERTs get the same numbers again, and fail as duplicates or make some (error 23505).\nSet it to the greatest {column}.',
      newSequence:
        '{sequence} is new and begins at 1, whatever {table} holds: the next INSERTs get numbers of rows that are there, and fail as duplicates or make some (error 23505).\nSet {sequence} behind the greatest {column} with setval.',
      restarts:
        'RESTART sets the sequence of {table} back, and its rows keep their {column}: the next INSERTs get the same numbers again, and fail as duplicates or make some (error 23505).\nSet the sequence with setval behind the last row.',
    },
  },

  check: {
    insert(action, context) {
      const { before, runsLater, statement, transaction } = context;
      if (runsLater || transaction.by === 'block' || statement.actions.length > 1) return;
      const table = before.table(action.table);
      if (!table || table.temporary || ![...table.columns.values()].some((column) => column.sequence !== undefined))
        return;
      // DEFAULT takes the number from the sequence.
      if (statement.tokens().some((token) => isKeyword(token, 'DEFAULT'))) return;
      const given = insertedColumns(statement);
      // Which columns a placeholder fills is for the tool to know.
      if (given?.names.length === 0 && hasOpenPlaceholders(statement.text)) return;
      const all = [...table.columns.keys()];
      // Every column, whichever they are.
      const copies = /\bselect\s+\*/i.test(statement.text);
      const columns =
        given &&
        (given.names.length > 0
          ? given.names
          : table.complete || copies
            ? all.slice(0, given.width ?? all.length)
            : []);
      const numbered = columns?.find((name) => table.columns.get(name)?.sequence !== undefined);
      if (numbered === undefined || given?.isFromSequence) return;
      // A sequence that counts from 1 never hands these out.
      if (isBelowStart(statement, columns?.indexOf(numbered) ?? -1)) return;
      if (context.later.some(setsSequence) || isFollowed(action, context)) return;
      return {
        at: action.table.span ?? action.span,
        message: 'behind',
        data: { column: numbered, table: nameOf(action.table) },
        fixes: [reset(action.table, numbered, context)],
      };
    },
    alterTableOther(action, context) {
      const { before, runsLater, earlier, statement } = context;
      const { name, table, subcommand, span } = action;
      if (name === undefined || (subcommand !== 'addIdentity' && subcommand !== 'setIdentity')) return;
      if (runsLater || before.isNew(table) || isEmptied(table, earlier)) return;
      const column = before.table(table)?.columns.get(name);
      const text = statement.text.slice(span.start, span.end);
      const data = { column: name, table: nameOf(table) };
      if (context.later.some(movesOn)) return;
      if (subcommand === 'setIdentity')
        return setsBack(text)
          ? { at: span, message: 'restarts', data, fixes: [reset(table, name, context)] }
          : undefined;
      // A column of this release has no numbers yet, unless the release fills it.
      if (column?.release === before.release || /\b(?:start|restart|increment|minvalue)\b/i.test(text)) return;
      return { at: span, message: 'startsAtOne', data, fixes: [reset(table, name, context)] };
    },
    select(action, context) {
      const { before, runsLater, earlier, statement, later } = context;
      const back = /\bsetval\s*\(\s*'([^']+)'\s*(?:::\s*regclass\s*)?,\s*[01]\s*[,)]/i.exec(statement.text);
      if (!back || runsLater || statement.actions.length > 1 || later.some(movesOn)) return;
      const parts = (back[1] ?? '').split('.').map((part) => part.replaceAll('"', ''));
      const name = parts.at(-1) ?? '';
      const sequence = before.relation({ schema: parts.length > 1 ? parts[0] : undefined, name });
      const owner = sequence && ownerOf(sequence.key, before);
      if (!owner || before.isNew(owner.table) || isEmptied(owner.table, earlier)) return;
      // Behind rows that the file brings it may be where they end.
      if (earlier.naming(owner.table.name).some(({ kind }) => kind === 'insert')) return;
      const data = { column: owner.column, table: owner.table.name };
      return { at: action.span, message: 'setBack', data };
    },
    setDefault(action, context) {
      const { before, runsLater, earlier, file } = context;
      const name = /^nextval\(\s*'(?:[^'.]*\.)?"?([^'"]+)"?'/i.exec(action.expression.text)?.[1];
      const table = before.table(action.table);
      const column = table?.columns.get(action.column);
      if (runsLater || name === undefined || !column || table?.release === before.release) return;
      const isFull = column.notNull === true && column.release !== before.release;
      const made = earlier.naming(name).find(({ kind }) => kind === 'createSequence');
      if (!isFull || made?.kind !== 'createSequence' || isEmptied(action.table, earlier)) return;
      if (file.some(movesOn) || file.some(startsElsewhere)) return;
      const data = { column: action.column, table: nameOf(action.table), sequence: name };
      return { at: action.span, message: 'newSequence', data };
    },
    alterSequence(action, context) {
      const { before, runsLater, earlier, statement, later } = context;
      if (runsLater || !setsBack(statement.text) || later.some(movesOn)) return;
      const sequence = before.relation(action.sequence);
      const owner = sequence && ownerOf(sequence.key, before);
      if (!owner || before.isNew(owner.table) || isEmptied(owner.table, earlier)) return;
      const data = { column: owner.column, table: nameOf(owner.table) };
      const fixes = [reset(owner.table, owner.column, context)];
      return { at: action.sequence.span ?? action.span, message: 'restarts', data, fixes };
    },
  },
});

/** RESTART to the beginning: without a number, or with 1 and less. */
function setsBack(text: string): boolean {
  const number = /\brestart\b(?:\s+(?:with\s+)?([+-]?\s*\d+))?/i.exec(text);
  return number !== null && Number((number[1] ?? '1').replace(/\s/g, '')) <= 1;
}

/** The column that the sequence belongs to. */
function ownerOf(sequence: string, before: SchemaState): { table: ObjectName; column: string } | undefined {
  for (const relation of before.relations()) {
    if (relation.kind !== 'table') continue;
    for (const { name, sequence: own } of relation.columns.values())
      if (own === sequence)
        return { table: { schema: relation.schema, name: relation.name, span: undefined }, column: name };
  }
  return undefined;
}

function isBelowStart(statement: ParsedStatement, position: number): boolean {
  const numbers = insertedNumbers(statement, position);
  return numbers?.every((number) => number < 1) === true;
}

/** CREATE SEQUENCE … START, and sequences that count down. */
function startsElsewhere(statement: ParsedStatement): boolean {
  return (
    statement.actions.some(({ kind }) => kind === 'createSequence') &&
    /\b(?:start|increment|minvalue)\b/i.test(statement.text)
  );
}

/** True for what sets a sequence behind rows. */
function movesOn(statement: ParsedStatement): boolean {
  return /\bsetval\s*\(|\brestart\s+with\b/i.test(statement.text) || statement.problem !== undefined;
}

/** Whether a later statement inserts into the same table: the sequence is set behind the last. */
function isFollowed({ table }: Insert, { before, later }: RuleContext): boolean {
  const known = before.table(table);
  return later.naming(table.name).some((action) => action.kind === 'insert' && before.table(action.table) === known);
}

function setsSequence(statement: ParsedStatement): boolean {
  return (
    /\bsetval\s*\(|\brestart\b|\bdrop\s+(?:identity|default)\b/i.test(statement.text) || statement.problem !== undefined
  );
}

function reset(table: ObjectName, column: string, { statement }: RuleContext): Fix {
  const name = qualify(table.schema, table.name);
  const words = (upper: string): string => inCaseOf(statement, upper);
  const sequence = `pg_get_serial_sequence(${quoteLiteral(name)}, ${quoteLiteral(column)})`;
  const text = `${words('SELECT')} setval(${sequence}, (${words('SELECT')} max(${quoteIdentifier(column)}) ${words('FROM')} ${name}))`;
  return {
    title: 'Set the sequence behind the rows',
    safety: 'unsafe',
    edits: [append(statement, `;${newlineOf(statement)}${text}`)],
  };
}
