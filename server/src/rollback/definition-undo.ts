import type {
  Comment,
  CreateFunction,
  CreateTrigger,
  CreateView,
  DropObject,
  ObjectName,
  RenameObject,
  SetSchema,
} from '../sql/action.js';
import { qualify, quoteIdentifier } from '../sql/quote.js';
import type { ParsedStatement } from '../sql/statement.js';
import { type Definition, sameName } from './history.js';
import { impossible, lossless, lossy, sqlName, type Undo, type UndoContext } from './undo.js';
import { findKeyword, normalised, textOf, wordsOf } from './words.js';

/** A definition of the history as a statement again. */
function again({ statement }: Definition<unknown>): string {
  return `${statement.text};\n`;
}

/** The same with OR REPLACE, so that it takes the place of what stands there now. */
function replacing(definition: Definition<unknown>): string {
  const text = definition.statement.text.replace(/^create\s+(?!or\s+replace)/i, (word) => `${word}OR REPLACE `);
  return `${text};\n`;
}

export function undoCreateView({ view, replace, materialized }: CreateView, { before, history }: UndoContext): Undo {
  const kind = materialized ? 'MATERIALIZED VIEW' : 'VIEW';
  const drop = `DROP ${kind} ${sqlName(view)};\n`;
  if (!replace || before.view(view) === undefined) {
    return lossless(drop, 'A view holds no rows of its own.');
  }
  const earlier = history.last('createView', (action) => sameName(action.view, view));
  if (!earlier) {
    return impossible(`The history does not tell what ${view.name} was before.`);
  }
  // CREATE OR REPLACE cannot take columns away again (42P16), so the view goes and comes back.
  return lossless(
    drop + again(earlier),
    `Rights on ${view.name} have to be granted again. It fails when another view reads it.`,
  );
}

export function undoCreateFunction(action: CreateFunction, { history, statement }: UndoContext): Undo {
  const signature = signatureOf(statement);
  const earlier = history.last('createFunction', (other, from) => {
    return (
      sameName(other.function, action.function) && normalised(signatureOf(from).tokens) === normalised(signature.tokens)
    );
  });
  if (action.replace && earlier) {
    return lossless(replacing(earlier), 'The earlier body comes back.');
  }
  const kind = action.procedure ? 'PROCEDURE' : 'FUNCTION';
  return lossless(
    `DROP ${kind} ${sqlName(action.function)}(${signature.text});\n`,
    'It fails when something else uses it.',
  );
}

/** The parameters between the first brackets, without their defaults, as DROP FUNCTION takes them. */
function signatureOf(statement: ParsedStatement): { text: string; tokens: ReturnType<typeof wordsOf> } {
  const all = wordsOf(statement);
  const open = all.findIndex(({ kind }) => kind === 'open');
  const kept: string[] = [];
  const tokens: ReturnType<typeof wordsOf> = [];
  let depth = 1;
  let inDefault = false;
  for (let index = open + 1; index < all.length && depth > 0; index += 1) {
    const token = all[index] as (typeof all)[number];
    depth += token.kind === 'open' ? 1 : token.kind === 'close' ? -1 : 0;
    if (depth === 0) break;
    if (depth === 1 && token.kind === 'comma') inDefault = false;
    if (depth === 1 && (/^default$/i.test(token.text) || token.text === '=')) inDefault = true;
    if (inDefault) continue;
    const before = all[index - 1];
    kept.push((before && before.end < token.start && kept.length > 0 ? ' ' : '') + token.text);
    tokens.push(token);
  }
  return { text: kept.join('').trim(), tokens };
}

export function undoCreateTrigger({ trigger, table, replace }: CreateTrigger, { history }: UndoContext): Undo {
  const earlier = history.last(
    'createTrigger',
    (action) => action.trigger === trigger && sameName(action.table, table),
  );
  if (replace && earlier) {
    return lossless(replacing(earlier), 'The earlier trigger comes back.');
  }
  return lossless(`DROP TRIGGER ${quoteIdentifier(trigger)} ON ${sqlName(table)};\n`, 'What it has written stays.');
}

/** The object as the history defines it. */
export function undoDropObject(action: DropObject, context: UndoContext): Undo {
  const { history, before, own } = context;
  const { object, objectKind } = action;
  const cascaded = own.statements.some(({ actions }) =>
    actions.some((earlier) => 'cascade' in earlier && earlier.cascade),
  );
  if (action.ifExists && cascaded) {
    return impossible(
      `An earlier CASCADE can have dropped ${object.name} already. Bring it back by hand if it is missing.`,
    );
  }
  const found = definitionOf(action, context);
  const cascade = action.cascade ? ' CASCADE can have dropped more, which does not come back.' : '';
  const grade = action.cascade ? lossy : lossless;
  if (objectKind === 'type') {
    const type = before.type(object);
    const isEnum = type?.kind === 'enum' && type.values.length > 0;
    const values = isEnum ? type.values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ') : '';
    if (isEnum && history.last('createEnum', ({ type: made }) => sameName(made, object))) {
      return grade(`CREATE TYPE ${sqlName(object)} AS ENUM (${values});\n`, `No column had this type.${cascade}`);
    }
  }
  if (!found) {
    return impossible(
      `The history does not tell how ${object.name} was defined. Find it in a backup or on another server.`,
    );
  }
  const lost = objectKind === 'sequence' ? ' Its value starts anew: set it with setval().' : '';
  const rights = ' Rights and comments on it have to be given again.';
  return (lost === '' ? grade : lossy)(
    again(found),
    `It comes back as the history defines it.${lost}${rights}${cascade}`,
  );
}

function definitionOf(
  { object, objectKind, table }: DropObject,
  { history }: UndoContext,
): Definition<unknown> | undefined {
  switch (objectKind) {
    case 'view':
    case 'materialized view':
      return history.last('createView', ({ view }) => sameName(view, object));
    case 'function':
    case 'procedure':
    case 'routine':
      return onlyFunction(object, history);
    case 'trigger':
      return history.last(
        'createTrigger',
        (action) => action.trigger === object.name && (!table || sameName(action.table, table)),
      );
    case 'sequence':
      return history.last('createSequence', ({ sequence }) => sameName(sequence, object));
    case 'domain':
      return history.last('createDomain', ({ domain }) => sameName(domain, object));
    case 'schema':
      return history.last('createSchema', ({ schema }) => schema === object.name);
    case 'extension':
      return history.last('createExtension', ({ extension }) => extension === object.name);
    default:
      return undefined;
  }
}

/** The newest definition of a function, unless the history has several of that name with other parameters. */
function onlyFunction(name: ObjectName, history: UndoContext['history']): Definition<unknown> | undefined {
  const newest = history.last('createFunction', (action) => sameName(action.function, name));
  const signature = newest && normalised(signatureOf(newest.statement).tokens);
  const other = history.last('createFunction', (action, statement) => {
    return sameName(action.function, name) && normalised(signatureOf(statement).tokens) !== signature;
  });
  return other ? undefined : newest;
}

/** The names change places in the author's own statement: so every kind of object is renamed back by its own words. */
export function undoRenameObject({ object, to }: RenameObject, { statement }: UndoContext): Undo {
  const renamed = swap(statement, object, { schema: object.schema, name: to }, quoteIdentifier(object.name));
  return renamed === undefined
    ? impossible(`Rename ${to} back to ${object.name} by hand.`)
    : lossless(renamed, 'Only the name changes.');
}

export function undoSetSchema({ object, to }: SetSchema, { statement, before }: UndoContext): Undo {
  const home = before.relation(object)?.schema ?? object.schema ?? before.schemaFor(object);
  const moved = swap(statement, object, { schema: to, name: object.name }, quoteIdentifier(home));
  return moved === undefined
    ? impossible(`Move ${object.name} from ${to} back to ${home} by hand.`)
    : lossless(moved, 'Only the schema changes.');
}

/** The statement with another name for its object and another last word. */
function swap(
  statement: ParsedStatement,
  object: ObjectName,
  now: Pick<ObjectName, 'schema' | 'name'>,
  last: string,
): string | undefined {
  const tokens = wordsOf(statement);
  const end = tokens.at(-1);
  const span = object.span ?? spanOfName(tokens, object);
  if (!span || !end) {
    return undefined;
  }
  const { text } = statement;
  return `${text.slice(0, span.start)}${qualify(now.schema, now.name)}${text.slice(span.end, end.start)}${last};\n`;
}

/** Where a name stands whose place the parser does not tell: the first tokens that spell it. */
function spanOfName(
  tokens: ReturnType<typeof wordsOf>,
  { schema, name }: ObjectName,
): { start: number; end: number } | undefined {
  const at = tokens.findIndex((token, index) => {
    const isName = normalised([token]) === name && tokens[index + 1]?.kind !== 'dot';
    return (
      isName &&
      (schema === undefined ||
        (tokens[index - 1]?.kind === 'dot' && normalised(tokens.slice(index - 2, index - 1)) === schema))
    );
  });
  const [first, last] = [tokens[schema === undefined ? at : at - 2], tokens[at]];
  return at >= 0 && first && last ? { start: first.start, end: last.end } : undefined;
}

/** The comment that the history has for the same object, or none. */
export function undoComment(_action: Comment, { statement, history }: UndoContext): Undo {
  const tokens = wordsOf(statement);
  const target = (from: ParsedStatement): string => {
    const words = wordsOf(from);
    return normalised(words.slice(0, findKeyword(words, 'IS')));
  };
  const is = findKeyword(tokens, 'IS');
  const earlier = history.last('comment', (_other, from) => target(from) === target(statement));
  const sql = earlier ? again(earlier) : `${textOf(statement, tokens, 0, is)} IS NULL;\n`;
  return lossless(sql, earlier ? 'The earlier comment comes back.' : 'The history has no earlier comment.');
}
