import type { Expr, ExprCall } from 'pgsql-ast-parser';
import { addFunction, type Found, nothingFound, toFacts } from './expression-facts.js';
import type { ExpressionFacts } from './expressions.js';
import { isReservedWord } from './keywords.js';

// Required when first needed: loading it takes 64 ms, which the start of the server must not pay.
declare function require(name: 'pgsql-ast-parser'): typeof import('pgsql-ast-parser');

let loaded = false;

/** Loads pgsql-ast-parser and readies its grammar (about 100 ms, once). A process that stays calls it while it is idle. */
export function loadTypedParser(): void {
  factsOfAst('1');
}

/** Whether pgsql-ast-parser has been loaded. */
export function isTypedParserLoaded(): boolean {
  return loaded;
}

/** The facts of an expression from pgsql-ast-parser's typed tree; undefined when it or we do not know the syntax. */
export function factsOfAst(text: string): ExpressionFacts | undefined {
  try {
    const { parse } = require('pgsql-ast-parser');
    loaded = true;
    const expression = parse(text, 'expr');
    // `parse` gives a list when the text holds something else than one expression.
    if (!expression || Array.isArray(expression)) return undefined;
    const found = nothingFound();
    visit(expression, found);
    return toFacts(found, isConstant(expression), notNullColumns(expression));
  } catch {
    return undefined;
  }
}

/** Thrown inside this file only: PostgreSQL's grammar takes over. */
class Unknown extends Error {}

/** It keeps the doubled quotes of "a""b". */
function nameOf(name: string): string {
  return name.replaceAll('""', '"');
}

type Child = Expr | null | undefined;

function visit(expression: Child, found: Found): void {
  if (expression) for (const child of noteAndOpen(expression, found)) visit(child, found);
}

/** Notes what the expression itself reads or calls, and hands back its parts. */
function noteAndOpen(expression: Expr, found: Found): readonly Child[] {
  switch (expression.type) {
    case 'ref':
      if (expression.name !== '*') found.columns.add(nameOf(expression.name));
      return [];
    case 'call':
      noteCall(expression, found);
      return expression.args;
    case 'keyword':
      if (expression.keyword === 'distinct') throw new Unknown();
      addFunction(found, undefined, expression.keyword);
      return [];
    case 'binary':
      // PostgreSQL reads `a AT TIME ZONE b` as a call.
      if (expression.op === 'AT TIME ZONE') addFunction(found, 'pg_catalog', 'timezone');
      return [expression.left, expression.right];
    case 'unary':
    case 'cast':
    case 'member':
      return [expression.operand];
    case 'list':
    case 'array':
      return expression.expressions;
    case 'case':
      return [expression.value, ...expression.whens.flatMap(({ when, value }) => [when, value]), expression.else];
    case 'ternary':
      return [expression.value, expression.lo, expression.hi];
    case 'arrayIndex':
      return [expression.array, expression.index];
    case 'extract':
      addFunction(found, 'pg_catalog', 'extract');
      return [expression.from];
    case 'substring':
      addFunction(found, 'pg_catalog', 'substring');
      return [expression.value, expression.from, expression.for];
    case 'overlay':
      addFunction(found, 'pg_catalog', 'overlay');
      return [expression.value, expression.placing, expression.from, expression.for];
    case 'null':
    case 'integer':
    case 'numeric':
    case 'string':
    case 'boolean':
    case 'parameter':
      return [];
    default:
      throw new Unknown();
  }
}

/** Calls in its tree that are operators or syntax in PostgreSQL. */
const NO_FUNCTIONS = new Set(['any', 'some', 'all', 'coalesce', 'nullif', 'greatest', 'least', 'row']);
/** Keywords of PostgreSQL that name an ordinary function when they are called with a plain argument list. */
const PLAIN_KEYWORDS = new Set(['left', 'right', 'substring', 'overlay', 'char_length']);
/** CURRENT_TIMESTAMP(3): a keyword with a precision. */
const VALUE_KEYWORDS = /^(?:current_(?:date|time|timestamp|role|user|catalog|schema)|localtime|localtimestamp)$/;

function noteCall(call: ExprCall, found: Found): void {
  const { schema, name } = call.function;
  if (call.over || call.filter || call.orderBy || call.withinGroup || call.distinct) throw new Unknown();
  if (schema !== undefined || !isReservedWord(name)) addFunction(found, schema && nameOf(schema), nameOf(name));
  else if (PLAIN_KEYWORDS.has(name) || VALUE_KEYWORDS.test(name)) addFunction(found, undefined, name);
  else if (!NO_FUNCTIONS.has(name)) throw new Unknown();
}

function isConstant(expression: Expr): boolean {
  switch (expression.type) {
    case 'null':
    case 'integer':
    case 'numeric':
    case 'string':
    case 'boolean':
      return true;
    case 'cast':
      return isConstant(expression.operand);
    case 'array':
      return expression.expressions.every(isConstant);
    case 'unary':
      return (expression.op === '-' || expression.op === '+') && isConstant(expression.operand);
    default:
      return false;
  }
}

function notNullColumns(expression: Expr): string[] {
  if (expression.type === 'binary' && expression.op === 'AND') {
    return [...notNullColumns(expression.left), ...notNullColumns(expression.right)];
  }
  if (expression.type !== 'unary' || expression.op !== 'IS NOT NULL' || expression.operand.type !== 'ref') return [];
  return expression.operand.name === '*' ? [] : [nameOf(expression.operand.name)];
}
