import { field, isFields, isFragment, listOf, textOfValue, truthy, Unclear, type Value } from '../support/value.js';
import { escapeValue, nameSql, paramsSql, type Shorthands, when } from './words.js';

// Functions, triggers, views and policies.

export function createFunction(
  [name, params, options, definition]: readonly Value[],
  shorthands: Shorthands,
): string[] {
  const of = (key: string): Value => field(options, key);
  if (definition === undefined || (isFragment(definition) && definition.isHole)) {
    throw new Unclear('the body of the function stands elsewhere');
  }
  const words: string[] = [of('behavior') === undefined ? 'VOLATILE' : textOfValue(of('behavior'))];
  words.push(`LANGUAGE ${textOfValue(of('language'))}`);
  const security = of('security');
  if (security !== undefined && security !== 'INVOKER') words.push(`SECURITY ${textOfValue(security)}`);
  if (truthy(of('window'))) words.push('WINDOW');
  if (truthy(of('onNull'))) words.push('RETURNS NULL ON NULL INPUT');
  if (of('parallel') !== undefined) words.push(`PARALLEL ${textOfValue(of('parallel'))}`);
  if (of('set') !== undefined)
    for (const each of listOf(of('set'))) {
      const value = field(each, 'value');
      const to = value === 'FROM CURRENT' ? 'FROM CURRENT' : `TO ${textOfValue(value)}`;
      words.push(`SET ${nameSql(field(each, 'configurationParameter'))} ${to}`);
    }
  const returns = of('returns') === undefined ? 'void' : textOfValue(of('returns'));
  return [
    `CREATE${when(options, 'replace', ' OR REPLACE')} FUNCTION ${nameSql(name)}${paramsSql(params, shorthands)}\n  RETURNS ${returns}\n  AS ${escapeValue(definition)}\n  ${words.join('\n  ')}`,
  ];
}

export function dropFunction([name, params, options]: readonly Value[], shorthands: Shorthands): string[] {
  return [
    `DROP FUNCTION${when(options, 'ifExists', ' IF EXISTS')} ${nameSql(name)}${paramsSql(params, shorthands, false)}${when(options, 'cascade', ' CASCADE')}`,
  ];
}

export function renameFunction([name, params, to]: readonly Value[], shorthands: Shorthands): string[] {
  return [`ALTER FUNCTION ${nameSql(name)}${paramsSql(params, shorthands)} RENAME TO ${nameSql(to)}`];
}

export function createTrigger([table, name, options, definition]: readonly Value[], shorthands: Shorthands): string[] {
  const of = (key: string): Value => field(options, key);
  const isConstraint = truthy(of('constraint'));
  const moment = isConstraint ? 'AFTER' : textOfValue(of('when'));
  const isInstead = /instead\s+of/i.test(moment);
  const level = isInstead ? 'ROW' : of('level') === undefined ? 'STATEMENT' : textOfValue(of('level'));
  const func = of('function') ?? (definition === undefined ? undefined : name);
  const operations = listOf(of('operation')).map(textOfValue).join(' OR ');
  const deferring = !isConstraint
    ? ''
    : truthy(of('deferrable'))
      ? `DEFERRABLE INITIALLY ${truthy(of('deferred')) ? 'DEFERRED' : 'IMMEDIATE'}\n  `
      : 'NOT DEFERRABLE\n  ';
  const condition = of('condition') === undefined ? '' : `WHEN (${textOfValue(of('condition'))})\n  `;
  const params = of('functionParams') === undefined ? '' : listOf(of('functionParams')).map(escapeValue).join(', ');
  const returning: Value = isFields(options) ? new Map([...options, ['returns', 'trigger']]) : options;
  const body = definition === undefined ? [] : createFunction([func, [], returning, definition], shorthands);
  return [
    ...body,
    `CREATE${isConstraint ? ' CONSTRAINT' : ''} TRIGGER ${nameSql(name)}\n  ${moment} ${operations} ON ${nameSql(table)}\n  ${deferring}FOR EACH ${level}\n  ${condition}EXECUTE PROCEDURE ${nameSql(func)}(${params})`,
  ];
}

export function dropTrigger([table, name, options]: readonly Value[]): string[] {
  return [
    `DROP TRIGGER${when(options, 'ifExists', ' IF EXISTS')} ${nameSql(name)} ON ${nameSql(table)}${when(options, 'cascade', ' CASCADE')}`,
  ];
}

/** The way back of `createTrigger`: the function that it made goes, too. */
export function dropMadeTrigger(
  [table, name, options, definition]: readonly Value[],
  shorthands: Shorthands,
): string[] {
  const func = field(options, 'function') ?? name;
  return [
    ...dropTrigger([table, name, options]),
    ...(definition === undefined ? [] : dropFunction([func, [], options], shorthands)),
  ];
}

export function renameTrigger([table, from, to]: readonly Value[]): string[] {
  return [`ALTER TRIGGER ${nameSql(from)} ON ${nameSql(table)} RENAME TO ${nameSql(to)}`];
}

function columnsSql(columns: Value): string {
  return columns === undefined ? '' : `(${listOf(columns).map(nameSql).join(', ')})`;
}

function storageSql(options: Value): string {
  if (options === undefined) return '';
  if (!isFields(options)) throw new Unclear('its options are put together when it runs');
  const words = [...options].map(([key, value]) => (value === true ? key : `${key} = ${textOfValue(value)}`));
  return words.length === 0 ? '' : ` WITH (${words.join(', ')})`;
}

export function createView([name, options, definition]: readonly Value[]): string[] {
  if (definition === undefined) throw new Unclear('the query of the view stands elsewhere');
  const check = field(options, 'checkOption');
  const words = `${when(options, 'replace', ' OR REPLACE')}${when(options, 'temporary', ' TEMPORARY')}${when(options, 'recursive', ' RECURSIVE')}`;
  return [
    `CREATE${words} VIEW ${nameSql(name)}${columnsSql(field(options, 'columns'))}${storageSql(field(options, 'options'))} AS ${textOfValue(definition)}${check === undefined ? '' : ` WITH ${textOfValue(check)} CHECK OPTION`}`,
  ];
}

export function alterViewColumn([view, column, options]: readonly Value[]): string[] {
  const initial = field(options, 'default');
  if (initial === undefined) return [];
  const action = initial === null ? 'DROP DEFAULT' : `SET DEFAULT ${escapeValue(initial)}`;
  return [`ALTER VIEW ${nameSql(view)} ALTER COLUMN ${nameSql(column)} ${action}`];
}

function dataSql(data: Value): string {
  return data === undefined ? '' : truthy(data) ? ' WITH DATA' : ' WITH NO DATA';
}

export function createMaterializedView([name, options, definition]: readonly Value[]): string[] {
  if (definition === undefined) throw new Unclear('the query of the view stands elsewhere');
  const space = field(options, 'tablespace');
  return [
    `CREATE MATERIALIZED VIEW${when(options, 'ifNotExists', ' IF NOT EXISTS')} ${nameSql(name)}${columnsSql(field(options, 'columns'))}${storageSql(field(options, 'storageParameters'))}${space === undefined ? '' : ` TABLESPACE ${nameSql(space)}`} AS ${textOfValue(definition)}${dataSql(field(options, 'data'))}`,
  ];
}

export function refreshMaterializedView([name, options]: readonly Value[]): string[] {
  return [
    `REFRESH MATERIALIZED VIEW${when(options, 'concurrently', ' CONCURRENTLY')} ${nameSql(name)}${dataSql(field(options, 'data'))}`,
  ];
}

function policyClauses(role: Value, options: Value): string[] {
  const using = field(options, 'using');
  const check = field(options, 'check');
  return [
    ...(role === undefined ? [] : [`TO ${listOf(role).map(textOfValue).join(', ')}`]),
    ...(using === undefined ? [] : [`USING (${textOfValue(using)})`]),
    ...(check === undefined ? [] : [`WITH CHECK (${textOfValue(check)})`]),
  ];
}

export function createPolicy([table, name, options]: readonly Value[]): string[] {
  const command = field(options, 'command') === undefined ? 'ALL' : textOfValue(field(options, 'command'));
  const clauses = policyClauses(field(options, 'role') ?? 'PUBLIC', options);
  return [`CREATE POLICY ${nameSql(name)} ON ${nameSql(table)} FOR ${command} ${clauses.join(' ')}`];
}

export function alterPolicy([table, name, options]: readonly Value[]): string[] {
  const clauses = policyClauses(field(options, 'role'), options);
  return [`ALTER POLICY ${nameSql(name)} ON ${nameSql(table)} ${clauses.join(' ')}`];
}

export function dropPolicy([table, name, options]: readonly Value[]): string[] {
  return [`DROP POLICY${when(options, 'ifExists', ' IF EXISTS')} ${nameSql(name)} ON ${nameSql(table)}`];
}

export function renamePolicy([table, from, to]: readonly Value[]): string[] {
  return [`ALTER POLICY ${nameSql(from)} ON ${nameSql(table)} RENAME TO ${nameSql(to)}`];
}
