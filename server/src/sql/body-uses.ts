import type { CreateFunction, UsedName } from './action.js';
import { namesUsed } from './actions/relations.js';
import type { ColumnUse } from './column-uses.js';
import { isKeyword, lex, nameOf, type Token, withoutComments } from './lexer.js';
import { parseStatement } from './parse.js';
import { functionBody } from './plpgsql.js';
import { namesOfQuery } from './query-names.js';
import type { ParsedStatement } from './statement.js';

/** A query of a body. */
export interface QueryUse {
  /** Every relation that it names. */
  readonly relations: readonly UsedName[];
  /** Those whose columns can be named without them. */
  readonly visible: readonly UsedName[];
  /** The names without a relation, which may be columns of what is visible, variables or parameters. */
  readonly mentions: readonly string[];
  /** How many values an INSERT without a list of columns gives to its table. */
  readonly width: { readonly table: UsedName; readonly values: number } | undefined;
}

/** A column whose relation is certain. */
export interface NamedColumn extends Pick<ColumnUse, 'relation' | 'column'> {
  /** What PostgreSQL answers when it is not there: 42703 but for u.name of a parameter u in SQL. */
  readonly code?: '42P01';
}

/** What the body of a function in SQL or PL/pgSQL names; PostgreSQL looks for it when the function runs. */
export interface BodyUses {
  readonly queries: readonly QueryUse[];
  /** Columns whose relation is certain. */
  readonly columns: readonly NamedColumn[];
  /** The columns of NEW and OLD. */
  readonly row: ReadonlySet<string>;
  readonly calls: readonly UsedName[];
  /** The types that it casts to and declares variables of. */
  readonly types: readonly UsedName[];
  /** The text, for sequences in nextval('…'). */
  readonly text: string;
  /** The search_path that it sets for itself. */
  readonly path: readonly string[] | undefined;
  /** It handles errors, so that what fails inside may not be seen. */
  readonly catches: boolean;
  /** It asks for which table it has been called, and may do something else for each. */
  readonly asksTable: boolean;
  /** The same of the operation that has made its trigger fire. */
  readonly asksOperation: boolean;
}

const cache = new WeakMap<ParsedStatement, BodyUses>();

/** In: the text of a CREATE FUNCTION | PROCEDURE. Undefined for another language, or for a body that cannot be read. */
export function bodyUses(written: string): BodyUses | undefined {
  const statement = parseStatement(written);
  const [action] = statement.actions;
  if (action?.kind !== 'createFunction' || (action.language !== 'sql' && action.language !== 'plpgsql'))
    return undefined;
  const known = cache.get(statement);
  if (known) return known;
  const body = functionBody(statement.tokens());
  if (!body) return undefined;
  const found = read(statement, action, body);
  cache.set(statement, found);
  return found;
}

/**
 * The body of a function as its tokens, blanks, comments and the letter case of words left out: what is equal does the
 * same. In: the text of a CREATE FUNCTION.
 */
export function bodyTokens(written: string): string {
  const tokens = withoutComments(parseStatement(written).tokens());
  const body = functionBody(tokens);
  if (body) return joined(withoutComments(lex(body.text)));
  const from = tokens.findIndex((token) => isKeyword(token, 'RETURN') || isKeyword(token, 'ATOMIC'));
  return from < 0 ? joined(tokens) : joined(tokens.slice(from));
}

function joined(tokens: readonly Token[]): string {
  const texts = tokens.map(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : text));
  return (texts.at(-1) === ';' ? texts.slice(0, -1) : texts).join(' ');
}

function read(statement: ParsedStatement, action: CreateFunction, body: { text: string; start: number }): BodyUses {
  const isPlpgsql = action.language === 'plpgsql';
  const tokens = withoutComments(lex(body.text));
  const inside = statement.embedded.filter(({ origin }) => origin === 'function').map(({ parsed }) => parsed);
  const made = new Set(
    inside.flatMap(({ actions }) => actions.flatMap((each) => (each.kind === 'createTable' ? each.table.name : []))),
  );
  const queries: QueryUse[] = [];
  const columns: NamedColumn[] = [];
  const calls: UsedName[] = [];
  const types: UsedName[] = [];
  for (const parsed of inside) {
    const names = namesOfQuery(parsed.node);
    // DROP TABLE IF EXISTS does without its table.
    const targets = parsed.actions.flatMap((each) =>
      'table' in each && each.table && !(each.kind === 'dropTable' && each.ifExists) ? each.table : [],
    );
    const insert = parsed.actions.find((each) => each.kind === 'insert');
    // A table that the body makes is its own.
    const isForeign = ({ name }: UsedName): boolean => !made.has(name);
    const visible = insert ? names.from : [...names.from, ...targets];
    queries.push({
      relations: [...names.from, ...targets].filter(isForeign),
      visible: visible.filter(isForeign),
      mentions: names.mentions,
      width: names.width,
    });
    columns.push(...[...parsed.columnUses, ...names.columns].filter(({ relation }) => isForeign(relation)));
    const used = namesUsed(parsed.node);
    types.push(...used.types);
    calls.push(...used.calls, ...parsed.actions.flatMap((each) => (each.kind === 'call' ? each.procedure : [])));
  }
  if (isPlpgsql) {
    const rest = outside(tokens, statement, body.start);
    for (const piece of piecesOf(rest)) {
      calls.push(...callsIn(piece));
      const relations = relationsIn(piece).filter(({ name }) => !made.has(name));
      if (relations.length > 0)
        queries.push({ relations, visible: relations, mentions: namesIn(piece), width: undefined });
    }
    types.push(...castsIn(rest), ...declaredIn(tokens));
    columns.push(...typesOfColumns(tokens));
  }
  columns.push(...ofRowVariables(tokens, statement, isPlpgsql));
  const words = new Set(tokens.flatMap(({ kind, text }) => (kind === 'word' ? text.toLowerCase() : [])));
  return {
    queries,
    columns,
    row: new Set(isPlpgsql ? behind(tokens, (name) => name === 'new' || name === 'old') : []),
    calls,
    types,
    text: body.text,
    path: action.routine.path === 'reset' ? undefined : action.routine.path,
    catches: words.has('exception') && words.has('when'),
    asksOperation: words.has('tg_op'),
    asksTable: words.has('tg_table_name') || words.has('tg_relname') || words.has('tg_argv'),
  };
}

/** The tokens that belong to no statement of SQL: conditions, assignments, RETURN. */
function outside(tokens: readonly Token[], { embedded }: ParsedStatement, from: number): Token[] {
  const spans = embedded.map(({ start, parsed }) => ({ start: start - from, end: start - from + parsed.text.length }));
  return tokens.filter(({ start }) => !spans.some((span) => start >= span.start && start < span.end));
}

/** Split at semicolons, THEN and LOOP. */
function piecesOf(tokens: readonly Token[]): Token[][] {
  const pieces: Token[][] = [[]];
  for (const token of tokens)
    if (token.kind === 'semicolon' || isKeyword(token, 'THEN') || isKeyword(token, 'LOOP')) pieces.push([]);
    else pieces.at(-1)?.push(token);
  return pieces.filter((piece) => piece.length > 0);
}

function isName(token: Token | undefined): token is Token {
  return token !== undefined && (token.kind === 'word' || token.kind === 'quoted');
}

/** The name that begins at a token, with its schema, and the index behind it. */
function nameAt(tokens: readonly Token[], at: number): { name: UsedName; end: number } | undefined {
  const [first, dot, second] = tokens.slice(at, at + 3);
  if (!isName(first)) return undefined;
  if (dot?.kind === 'dot' && isName(second))
    return { name: { schema: nameOf(first), name: nameOf(second) }, end: at + 3 };
  return { name: { schema: undefined, name: nameOf(first) }, end: at + 1 };
}

/** f( … and app.f( … */
function callsIn(tokens: readonly Token[]): UsedName[] {
  return tokens.flatMap((_token, at) => {
    if (tokens[at - 1]?.kind === 'dot') return [];
    const found = nameAt(tokens, at);
    return found && tokens[found.end]?.kind === 'open' && tokens[found.end]?.text === '(' ? found.name : [];
  });
}

/** ::name in an expression. */
function castsIn(tokens: readonly Token[]): UsedName[] {
  return tokens.flatMap((token, at) => (token.text === '::' ? (nameAt(tokens, at + 1)?.name ?? []) : []));
}

/** The types of the variables behind DECLARE. */
function declaredIn(tokens: readonly Token[]): UsedName[] {
  const found: UsedName[] = [];
  let isInside = false;
  tokens.forEach((token, at) => {
    if (isKeyword(token, 'DECLARE')) isInside = true;
    else if (isKeyword(token, 'BEGIN')) isInside = false;
    const before = tokens[at - 1];
    if (!isInside || !(before?.kind === 'semicolon' || isKeyword(before, 'DECLARE'))) return;
    const type = nameAt(tokens, isKeyword(tokens[at + 1], 'CONSTANT') ? at + 2 : at + 1);
    if (type && tokens[type.end]?.text !== '%') found.push(type.name);
  });
  return found;
}

/** What stands behind FROM and JOIN of a query in an expression, but not behind IS DISTINCT FROM. */
function relationsIn(tokens: readonly Token[]): UsedName[] {
  const from = tokens.findIndex((token) => isKeyword(token, 'SELECT'));
  if (from < 0) return [];
  return tokens.flatMap((token, at) => {
    const isPlace = at > from && (isKeyword(token, 'FROM') || isKeyword(token, 'JOIN'));
    if (!isPlace || isKeyword(tokens[at - 1], 'DISTINCT')) return [];
    const found = nameAt(tokens, isKeyword(tokens[at + 1], 'ONLY') ? at + 2 : at + 1);
    // A function, or EXTRACT (… FROM …), whose argument ends with its bracket.
    const isOther = !found || tokens[found.end]?.text === '(';
    return isOther ? [] : found.name;
  });
}

function namesIn(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token) => (isName(token) ? nameOf(token) : []));
}

/** The names behind "name." where the name passes. */
function behind(tokens: readonly Token[], passes: (name: string) => boolean): string[] {
  return tokens.flatMap((token, at) => {
    const [dot, name] = [tokens[at + 1], tokens[at + 2]];
    const isStart = isName(token) && tokens[at - 1]?.kind !== 'dot' && passes(nameOf(token));
    return isStart && dot?.kind === 'dot' && isName(name) ? nameOf(name) : [];
  });
}

/** notes.rank%TYPE */
function typesOfColumns(tokens: readonly Token[]): NamedColumn[] {
  return tokens.flatMap((token, at) => {
    if (token.text !== '%' || !isKeyword(tokens[at + 1], 'TYPE')) return [];
    const [column, dot, table, before, schema] = [1, 2, 3, 4, 5].map((back) => tokens[at - back]);
    if (!isName(column) || dot?.kind !== 'dot' || !isName(table)) return [];
    const isQualified = before?.kind === 'dot' && isName(schema);
    return [
      { relation: { schema: isQualified ? nameOf(schema) : undefined, name: nameOf(table) }, column: nameOf(column) },
    ];
  });
}

/** Columns of variables and parameters that have the rows of a table: v notes%ROWTYPE, SELECT * INTO v FROM notes, n notes, $1. */
function ofRowVariables(tokens: readonly Token[], statement: ParsedStatement, isPlpgsql: boolean): NamedColumn[] {
  const found: NamedColumn[] = [];
  const add = (variable: string, relation: ColumnUse['relation'], code?: '42P01'): void => {
    for (const column of behind(tokens, (name) => name === variable))
      found.push({ relation, column, ...(code === undefined ? {} : { code }) });
  };
  tokens.forEach((token, at) => {
    if (token.text !== '%' || !isKeyword(tokens[at + 1], 'ROWTYPE')) return;
    const isQualified = tokens[at - 2]?.kind === 'dot';
    const [table, schema] = [tokens[at - 1], isQualified ? tokens[at - 3] : undefined];
    const variable = tokens[at - (isQualified ? 4 : 2)];
    if (isName(table) && isName(variable))
      add(nameOf(variable), { schema: isName(schema) ? nameOf(schema) : undefined, name: nameOf(table) });
  });
  for (const { variable, table } of isPlpgsql ? rowsTaken(tokens) : []) add(variable, table);
  const { node } = statement;
  const parameters = node && 'CreateFunctionStmt' in node ? (node.CreateFunctionStmt.parameters ?? []) : [];
  parameters.forEach((each, index) => {
    if (!('FunctionParameter' in each)) return;
    const names = (each.FunctionParameter.argType?.names ?? []).flatMap((name) =>
      'String' in name ? (name.String.sval ?? '') : [],
    );
    const relation = { schema: names.at(-2), name: names.at(-1) ?? '' };
    if (relation.name === '' || relation.schema === 'pg_catalog') return;
    if (each.FunctionParameter.name) add(each.FunctionParameter.name, relation, isPlpgsql ? undefined : '42P01');
    tokens.forEach((token, at) => {
      const [dot, column] = [tokens[at + 1], tokens[at + 2]];
      if (token.text === `$${index + 1}` && dot?.kind === 'dot' && isName(column))
        found.push({ relation, column: nameOf(column) });
    });
  });
  return found;
}

/** SELECT * INTO r FROM notes … and FOR r IN SELECT * FROM notes …, where nothing is joined. */
function rowsTaken(tokens: readonly Token[]): { variable: string; table: UsedName }[] {
  return tokens.flatMap((token, at) => {
    if (!isKeyword(token, 'SELECT') || tokens[at + 1]?.text !== '*') return [];
    const isLoop = isKeyword(tokens[at - 1], 'IN') && isKeyword(tokens[at - 3], 'FOR');
    const isInto = isKeyword(tokens[at + 2], 'INTO');
    const strict = isInto && isKeyword(tokens[at + 3], 'STRICT') ? 1 : 0;
    const variable = isLoop ? tokens[at - 2] : isInto ? tokens[at + 3 + strict] : undefined;
    const from = isLoop ? at + 2 : at + 4 + strict;
    const found = isKeyword(tokens[from], 'FROM') ? nameAt(tokens, from + 1) : undefined;
    if (!isName(variable) || !found) return [];
    const rest = tokens.slice(found.end);
    const end = rest.findIndex((each) => each.kind === 'semicolon' || isKeyword(each, 'LOOP'));
    const isJoined = rest
      .slice(0, end < 0 ? rest.length : end)
      .some((each) => each.kind === 'comma' || isKeyword(each, 'JOIN') || isKeyword(each, 'UNION'));
    return isJoined ? [] : { variable: nameOf(variable), table: found.name };
  });
}
