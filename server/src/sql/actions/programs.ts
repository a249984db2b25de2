import type { CreateFunctionStmt, CreateTrigStmt, Node } from '@pgsql/types';
import type { Action, CreateFunction, CreateTrigger, TriggerEvent } from '../action.js';
import { blankComments } from '../comments.js';
import { lex, withoutComments } from '../lexer.js';
import { optionOf, qualifiedName, relationName, stringOf, strings, typeName, typeRef } from './names.js';
import type { Reader } from './reader.js';
import { routineSecurity } from './rights.js';
import { rowsRead, usesOf } from './relations.js';

/** Parameters that a caller does not give. */
const onlyResults = new Set(['FUNC_PARAM_OUT', 'FUNC_PARAM_TABLE']);

export function createFunction(statement: CreateFunctionStmt, reader: Reader): Action[] {
  const body = bodyOf(statement, reader);
  const volatility = stringOf(optionOf(statement.options, 'volatility'));
  const given = (statement.parameters ?? []).flatMap((node) =>
    'FunctionParameter' in node && !onlyResults.has(node.FunctionParameter.mode ?? '') ? [node.FunctionParameter] : [],
  );
  return [
    {
      kind: 'createFunction',
      span: reader.whole,
      function: qualifiedName(strings(statement.funcname)),
      procedure: statement.is_procedure === true,
      replace: statement.replace === true,
      language: stringOf(optionOf(statement.options, 'language')).toLowerCase() || 'sql',
      // A function is VOLATILE unless it says otherwise.
      volatility: volatility === 'immutable' || volatility === 'stable' ? volatility : 'volatile',
      arguments: given.map(
        ({ argType, mode }) => `${mode === 'FUNC_PARAM_VARIADIC' ? 'variadic ' : ''}${typeName(argType)}`,
      ),
      required: given.filter(({ defexpr }) => defexpr === undefined).length,
      argumentNames: given.map(({ name = '' }) => name),
      result: resultOf(statement),
      returns: statement.returnType && typeName(statement.returnType),
      commits:
        statement.is_procedure === true &&
        reader.tokens.some(
          ({ kind, text }) =>
            kind === 'string' && /(?:;|\bbegin|\bloop|\bthen|\belse)\s+(?:commit|rollback)\b[^;']{0,40};/i.test(text),
        ),
      setsVariables: optionOf(statement.options, 'set') !== undefined,
      routine: routineSecurity(statement.options),
      inlined: inlinedOf(statement),
      body,
      types: [
        typeRef(statement.returnType, reader),
        ...(statement.parameters ?? []).map((node) =>
          'FunctionParameter' in node ? typeRef(node.FunctionParameter.argType, reader) : undefined,
        ),
      ].filter((type) => type !== undefined),
    },
  ];
}

const results = new Set(['FUNC_PARAM_OUT', 'FUNC_PARAM_INOUT', 'FUNC_PARAM_TABLE']);

function resultOf({ returnType, parameters = [] }: CreateFunctionStmt): CreateFunction['result'] {
  const given = parameters.flatMap((node) =>
    'FunctionParameter' in node && results.has(node.FunctionParameter.mode ?? '') ? [node.FunctionParameter] : [],
  );
  return {
    type: returnType && typeName(returnType),
    isSet: returnType?.setof === true,
    columns: given.map(({ name = '', argType }) => `${name} ${typeName(argType)}`),
  };
}

/** BEGIN ATOMIC and RETURN; a body that is a string is no part of the tree. */
function bodyOf(statement: CreateFunctionStmt, reader: Reader): CreateFunction['body'] {
  if (!statement.sql_body) return undefined;
  return { ...usesOf(statement.sql_body, reader), isString: false };
}

/** What stands behind the only SELECT of a string body in SQL; whether it is an expression is asked later. */
function inlinedOf(statement: CreateFunctionStmt): string | undefined {
  const body = optionOf(statement.options, 'as');
  const [text, ...more] = body && 'List' in body ? strings(body.List.items) : [];
  const inlines =
    !statement.returnType?.setof &&
    optionOf(statement.options, 'set') === undefined &&
    optionOf(statement.options, 'security') === undefined;
  if (text === undefined || more.length > 0 || !inlines) return undefined;
  return onlySelect(blankComments(text).trim());
}

/** What stands behind SELECT in a text that is one SELECT, with or without its semicolon. */
function onlySelect(text: string): string | undefined {
  const body = text.endsWith(';') ? text.slice(0, -1).trimEnd() : text;
  const behind = /^select\s/i.test(body) ? body.slice('select'.length).trimStart() : '';
  return behind === '' || behind.includes(';') ? undefined : behind;
}

/** The bits of pg_trigger.tgtype. */
const triggerEvents: readonly (readonly [number, TriggerEvent])[] = [
  [4, 'INSERT'],
  [16, 'UPDATE'],
  [8, 'DELETE'],
  [32, 'TRUNCATE'],
];

/** The bits TRIGGER_TYPE_BEFORE and TRIGGER_TYPE_INSTEAD. */
const timings: Readonly<Record<number, CreateTrigger['timing']>> = { 0: 'after', 2: 'before', 64: 'instead of' };

/** CREATE TRIGGER. */
export function createTrigger(statement: CreateTrigStmt, reader: Reader): Action[] {
  const ofColumns = strings(statement.columns);
  const { mentions, calls } = usesOf(statement.whenClause, reader);
  return [
    {
      kind: 'createTrigger',
      span: reader.whole,
      trigger: statement.trigname ?? '',
      table: relationName(statement.relation, reader),
      replace: statement.replace === true,
      forEachRow: statement.row === true,
      function: qualifiedName(strings(statement.funcname)),
      from: statement.constrrel ? relationName(statement.constrrel, reader) : undefined,
      mentions: mentions && [...ofColumns, ...mentions],
      calls,
      events: triggerEvents.flatMap(([bit, event]) => ((statement.events ?? 0) & bit ? event : [])),
      timing: timings[(statement.timing ?? 0) & 66] ?? 'after',
      ofColumns,
      hasWhen: statement.whenClause !== undefined,
      deferred: statement.initdeferred ? 'yes' : statement.deferrable ? 'may' : 'no',
      when: rowsRead(statement.whenClause),
    },
  ];
}

/** The text of a DO block. */
export function doBody(args: readonly Node[] | undefined): string {
  return stringOf(optionOf(args, 'as'));
}

/** Whether COMMIT or ROLLBACK stands in a block of PL/pgSQL that has an EXCEPTION part: it runs in a subtransaction. */
export function commitsInException(body: string): boolean {
  if (!/\b(?:commit|rollback)\b/i.test(body) || !/\bexception\b/i.test(body)) return false;
  const words = withoutComments(lex(body));
  const blocks: { commits: boolean; handles: boolean }[] = [];
  let open = 0;
  for (const [index, { kind, text }] of words.entries()) {
    if (kind !== 'word') continue;
    const word = text.toUpperCase();
    const startsStatement = index === 0 || /^(?:;|then|else|loop|begin|>>)$/i.test(words[index - 1]?.text ?? '');
    const block = blocks.at(-1);
    if (word === 'BEGIN') blocks.push({ commits: false, handles: false });
    else if (word === 'CASE' || (startsStatement && (word === 'IF' || word === 'LOOP'))) open++;
    else if (word === 'END') {
      const behind = words[index + 1]?.text.toUpperCase();
      if (behind === 'IF' || behind === 'LOOP' || behind === 'CASE') open = Math.max(0, open - 1);
      else if (open > 0 && behind !== undefined && words[index - 1]?.text !== ';') open--;
      else {
        const closed = blocks.pop();
        if (closed?.commits && closed.handles) return true;
      }
    } else if (block && startsStatement && word === 'EXCEPTION') block.handles = true;
    else if (startsStatement && (word === 'COMMIT' || word === 'ROLLBACK')) {
      // A handler's own part runs behind the subtransaction, that of every block around it inside.
      blocks.forEach((each, depth) => {
        if (depth < blocks.length - 1 || !each.handles) each.commits ||= !each.handles;
      });
    }
  }
  return false;
}
