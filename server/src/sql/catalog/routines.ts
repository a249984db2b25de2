import type { Catalog } from './catalog.js';
import { common, placeOf, putNew, seen } from './make.js';
import type { Ref, Routine, SqlText } from './model.js';
import type { Source } from './source.js';
import { isOwnName } from '../own-name.js';
import { as, field, flag, has, inner, list, strings, tagOf, text, type Tree } from './tree.js';
import { typeKey, typeOf } from './types.js';

interface Parameter {
  readonly mode: string;
  readonly name: string;
  readonly key: string;
  readonly text: SqlText;
}

function parametersOf(source: Source, nodes: readonly Tree[]): Parameter[] {
  return nodes.map((node) => {
    const content = inner(node);
    const type = typeOf(content, 'argType');
    return {
      mode: text(content, 'mode') ?? 'FUNC_PARAM_DEFAULT',
      name: text(content, 'name') ?? '',
      key: typeKey(type, source.catalog),
      text: typeText(source, type),
    };
  });
}

/** A type as it is written, from its place to its end. */
export function typeText(source: Source, type: Tree): SqlText {
  const from = source.at(type);
  let to = source.behindName(from);
  const words = ['PRECISION', 'VARYING', 'WITH', 'WITHOUT', 'TIME', 'ZONE', 'ARRAY'];
  for (;;) {
    const token = source.tokens[to];
    if (token?.kind === 'open') to = source.reader.behindBracket(to);
    else if (token?.kind === 'word' && words.includes(token.text.toUpperCase())) to += 1;
    else break;
  }
  // "int DEFAULT 1", "int)": what is no part of the type ends it.
  return source.cut(from, to, [{ TypeName: type }]);
}

const isInput = ({ mode }: Parameter): boolean => mode !== 'FUNC_PARAM_OUT' && mode !== 'FUNC_PARAM_TABLE';

/** Replays CREATE FUNCTION and CREATE PROCEDURE. */
export function createFunction(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const names = strings(stmt, 'funcname');
  const name = { schema: names.at(-2), name: names.at(-1) ?? '' };
  const parameters = parametersOf(source, list(stmt, 'parameters'));
  const inputs = parameters.filter(isInput);
  const signature = inputs.map(({ key }) => key);
  const at = source.find(['FUNCTION', 'PROCEDURE']) + 1;
  const behind = source.behindName(at);
  const place = placeOf(catalog, name);
  const found = findRoutine(catalog, { ...name, schema: place.schema }, signature);
  const replaced = flag(stmt, 'replace') ? found : undefined;
  const result = has(stmt, 'returnType') ? typeKey(typeOf(stmt, 'returnType'), catalog) : '';
  const outs = parameters.filter((each) => !isInput(each)).map(({ name: each, key }) => `${each} ${key}`);
  const base = common(catalog, name.name, place);
  const oid = replaced?.oid ?? base.oid;
  const routine: Routine = {
    kind: 'routine',
    ...base,
    ...(replaced ?? {}),
    oid,
    type: flag(stmt, 'is_procedure') ? 'PROCEDURE' : 'FUNCTION',
    signature,
    arguments: joined(inputs.map(withMode)),
    resultKey: [result, ...outs].join(', '),
    parameters: parameters.map(({ name: each, mode }) => `${each} ${mode}`).join(', '),
    text: textWithName(source, stmt, oid, at, behind),
    alters: [],
    bodyText: '',
  };
  const mayPredate = flag(stmt, 'replace') && !replaced && !catalog.isAbsent(routine) && !isOwnName(name.name);
  if (replaced) catalog.put(routine);
  else putNew(catalog, { ...routine, origin: mayPredate ? 'mayPredate' : 'defined' });
}

const withMode = (parameter: Parameter): SqlText =>
  parameter.mode === 'FUNC_PARAM_VARIADIC' ? ['VARIADIC ', ...parameter.text] : parameter.text;

function joined(texts: readonly SqlText[]): SqlText {
  return texts.flatMap((each, index) => (index === 0 ? each : [', ', ...each]));
}

/** The statement without OR REPLACE, its own name left open; in the body only what PostgreSQL has read already. */
function textWithName(source: Source, stmt: Tree, oid: number, at: number, behind: number): SqlText {
  const nodes = [stmt.parameters, stmt.returnType ? { TypeName: stmt.returnType } : undefined, stmt.sql_body];
  const own: Ref = { oid, as: 'full' };
  const place = { from: at, to: behind, pieces: [own] };
  const replaceAt = source.find(['OR']);
  const start = replaceAt === 1 ? 3 : 1;
  return ['CREATE ', ...source.cut(start, source.end, nodes.filter(Boolean), undefined, [place])];
}

export function findRoutine(
  catalog: Catalog,
  name: { readonly schema: string | undefined; readonly name: string },
  signature: readonly string[] | undefined,
): Routine | undefined {
  const all = catalog.routines(name);
  if (signature === undefined) return all.length === 1 ? all[0] : undefined;
  return all.find((each) => each.signature.join() === signature.join());
}

/** The input arguments that ObjectWithArgs names, as keys; undefined where it names none at all. */
export function signatureOf(source: Source, node: Tree): string[] | undefined {
  if (flag(node, 'args_unspecified')) return undefined;
  const parameters = has(node, 'objfuncargs')
    ? parametersOf(source, list(node, 'objfuncargs')).filter(isInput)
    : undefined;
  return (
    parameters?.map(({ key }) => key) ??
    list(node, 'objargs').flatMap((each) => (tagOf(each) === 'TypeName' ? [typeKey(inner(each), source.catalog)] : []))
  );
}

/** The function that ObjectWithArgs names. */
export function routineOf(source: Source, node: Tree): Routine | undefined {
  const names = strings(node, 'objname');
  const name = { schema: names.at(-2), name: names.at(-1) ?? '' };
  const signature = signatureOf(source, node);
  if (!signature) return findRoutine(source.catalog, name, undefined);
  return (
    findRoutine(source.catalog, name, signature) ??
    // OUT arguments may be named as well.
    source.catalog.routines(name).find((each) => each.signature.length === 0 && signature.length === 0)
  );
}

/** ALTER FUNCTION … with attributes. */
export function alterFunction(source: Source, stmt: Tree): void {
  const routine = routineOf(source, field(stmt, 'func'));
  if (!routine) return source.miss(strings(field(stmt, 'func'), 'objname').join('.'));
  const behind = source.behindName(source.find(['FUNCTION', 'PROCEDURE', 'ROUTINE']) + 1);
  const tailFrom = source.tokens[behind]?.kind === 'open' ? source.reader.behindBracket(behind) : behind;
  const { catalog } = source;
  const alters = [...routine.alters, source.cut(tailFrom, source.end)];
  catalog.put({ ...routine, alters, seen: seen(routine, 'attributes') });
}

/** CREATE AGGREGATE. */
/** CREATE AGGREGATE name (BASETYPE = …), as before 8.2; undefined for "ANY", which is "*" now. */
function baseTypeOf(stmt: Tree, catalog: Catalog): string | undefined {
  const option = list(stmt, 'definition')
    .map(inner)
    .find((each) => text(each, 'defname')?.toLowerCase() === 'basetype');
  const type = option && as(field(option, 'arg'), 'TypeName');
  const key = type && typeKey(type, catalog);
  return key?.toLowerCase() === 'any' ? undefined : key;
}

export function createAggregate(source: Source, stmt: Tree): void {
  const { catalog } = source;
  const names = strings(stmt, 'defnames');
  const name = { schema: names.at(-2), name: names.at(-1) ?? '' };
  const place = placeOf(catalog, name);
  const [first = {}] = list(stmt, 'args');
  const parameters = parametersOf(source, tagOf(first) === 'List' ? list(inner(first), 'items') : []);
  const at = source.find(['AGGREGATE']) + 1;
  const behind = source.behindName(at);
  const base = common(catalog, name.name, place);
  const older = flag(stmt, 'oldstyle') ? baseTypeOf(stmt, catalog) : undefined;
  const signature = older === undefined ? parameters.map(({ key }) => key) : [older];
  const found = findRoutine(catalog, { ...name, schema: place.schema }, signature);
  const oid = found?.oid ?? base.oid;
  const close = source.reader.behindBracket(behind);
  const start = source.find(['OR']) === 1 ? 3 : 1;
  const own = { from: at, to: behind, pieces: [{ oid, as: 'full' as const }] };
  const nodes = [stmt.args, functionsOfAggregate(stmt)];
  const routine: Routine = {
    kind: 'routine',
    ...base,
    ...(found ?? {}),
    oid,
    type: 'AGGREGATE',
    signature,
    arguments:
      older !== undefined ? [older] : parameters.length === 0 ? ['*'] : source.cut(behind + 1, close - 1, [stmt.args]),
    resultKey: '',
    parameters: '',
    text: ['CREATE ', ...source.cut(start, source.end, nodes, undefined, [own])],
    alters: [],
    bodyText: '',
    needs: definedFunctions(source, stmt),
  };
  if (found) catalog.put(routine);
  else
    putNew(catalog, {
      ...routine,
      origin: flag(stmt, 'replace') && !catalog.isAbsent(routine) ? 'mayPredate' : 'defined',
    });
}

function functionsOfAggregate(_stmt: Tree): unknown {
  return undefined;
}

/** The functions that the options of a definition name: SFUNC = add_up. */
export function definedFunctions(source: Source, stmt: Tree): number[] {
  return list(stmt, 'definition').flatMap((item) => {
    const content = inner(item);
    const value = field(content, 'arg');
    const names = tagOf(value) === 'TypeName' ? strings(inner(value), 'names') : [];
    if (names.length === 0) return [];
    const name = { schema: names.at(-2), name: names.at(-1) ?? '' };
    const isType = /type|basetype/i.test(text(content, 'defname') ?? '');
    const type = isType ? source.catalog.find('type', name)?.oid : undefined;
    const routines = isType ? [] : source.catalog.routines(name).map((each) => each.oid);
    return type === undefined ? routines.slice(0, 1) : [type];
  });
}
