import {
  field,
  isFields,
  isFragment,
  isList,
  listOf,
  textOfValue,
  truthy,
  Unclear,
  type Value,
} from '../support/value.js';
import {
  adaptedType,
  bareName,
  commentSql,
  escapeValue,
  nameSql,
  sequenceClauses,
  type Shorthands,
  when,
  withType,
} from './words.js';

// The operations on tables: what `pgm.createTable` and its like send.

interface ColumnsSql {
  readonly lines: readonly string[];
  readonly primary: readonly string[];
  readonly comments: readonly string[];
}

function columnsSql(table: Value, columns: Value, shorthands: Shorthands): ColumnsSql {
  if (!isFields(columns)) throw new Unclear('its columns are put together when it runs');
  const all = [...columns].map(([name, value]) => [name, withType(value, shorthands)] as const);
  const primary = all.filter(([, options]) => truthy(options.get('primaryKey'))).map(([name]) => name);
  const isCrossing = primary.length > 1;
  const comments: string[] = [];
  for (const [name, options] of all) {
    const comment = options.get('comment');
    if (comment !== undefined) comments.push(commentSql('COLUMN', `${nameSql(table)}.${nameSql(name)}`, comment));
  }
  const lines = all.map(([name, options]) => columnLine(table, name, options, isCrossing, shorthands, comments));
  return { lines, primary: isCrossing ? primary : [], comments };
}

function columnLine(
  table: Value,
  name: string,
  options: ReadonlyMap<string, Value>,
  isCrossing: boolean,
  shorthands: Shorthands,
  comments: string[],
): string {
  const of = (key: string): Value => options.get(key);
  const words: string[] = [];
  if (truthy(of('collation'))) words.push(`COLLATE ${textOfValue(of('collation'))}`);
  if (of('default') !== undefined) words.push(`DEFAULT ${escapeValue(of('default'))}`);
  if (truthy(of('unique'))) words.push('UNIQUE');
  if (truthy(of('primaryKey')) && !isCrossing) words.push('PRIMARY KEY');
  if (truthy(of('notNull'))) words.push('NOT NULL');
  if (of('check') !== undefined && of('check') !== '') words.push(`CHECK (${textOfValue(of('check'))})`);
  if (of('references') !== undefined && of('references') !== null && of('references') !== false) {
    const comment = of('referencesConstraintComment');
    const given = of('referencesConstraintName');
    const own = given ?? (comment === undefined ? undefined : `${bareName(table)}_fk_${name}`);
    words.push(`${own === undefined ? '' : `CONSTRAINT ${nameSql(own)} `}${referencesSql(options)}`);
    if (comment !== undefined) comments.push(commentSql(`CONSTRAINT ${nameSql(own)} ON`, nameSql(table), comment));
  }
  if (truthy(of('deferrable'))) words.push(deferrableSql(options));
  const generated = of('sequenceGenerated');
  if (truthy(generated)) words.push(identitySql(generated, shorthands));
  if (of('expressionGenerated') !== undefined) {
    words.push(`GENERATED ALWAYS AS (${textOfValue(of('expressionGenerated'))}) STORED`);
  }
  return [nameSql(name), typeSql(of('type'), of('array')), ...words].join(' ');
}

function typeSql(type: Value, array: Value): string {
  const base = isFields(type) ? nameSql(type) : textOfValue(type);
  if (type === undefined) throw new Unclear('the type of a column is not known');
  if (array === true) return `${base} ARRAY`;
  return typeof array === 'number' ? `${base} ARRAY[${array}]` : base;
}

function identitySql(generated: Value, shorthands: Shorthands): string {
  const clauses = sequenceClauses(generated, shorthands).join(' ');
  return `GENERATED ${textOfValue(field(generated, 'precedence'))} AS IDENTITY${clauses === '' ? '' : ` (${clauses})`}`;
}

function referencesSql(options: Value): string {
  const target = field(options, 'references');
  const isWhole = typeof target === 'string' && (target.startsWith('"') || target.endsWith(')'));
  const clauses = [`REFERENCES ${isWhole ? target : nameSql(target)}`];
  for (const [key, words] of [
    ['match', 'MATCH'],
    ['onDelete', 'ON DELETE'],
    ['onUpdate', 'ON UPDATE'],
  ] as const) {
    const value = field(options, key);
    if (value !== undefined && value !== null && value !== '') clauses.push(`${words} ${textOfValue(value)}`);
  }
  return clauses.join(' ');
}

function deferrableSql(options: Value): string {
  return `DEFERRABLE INITIALLY ${truthy(field(options, 'deferred')) ? 'DEFERRED' : 'IMMEDIATE'}`;
}

/** The constraints that a record of options asks for, each with its name. */
function constraintsSql(table: Value, options: Value, given: Value) {
  const of = (key: string): Value => field(options, key);
  const own = bareName(table);
  const isNamed = given !== undefined && given !== null && given !== '';
  const named = (fallback: string): string => `CONSTRAINT ${nameSql(isNamed ? given : fallback)}`;
  const constraints: string[] = [];
  const comments: string[] = [];
  const check = of('check');
  if (isList(check)) {
    for (const [index, each] of check.entries())
      constraints.push(`${named(`${own}_chck_${index + 1}`)} CHECK (${textOfValue(each)})`);
  } else if (check !== undefined && check !== '')
    constraints.push(`${named(`${own}_chck`)} CHECK (${textOfValue(check)})`);
  const unique = of('unique');
  if (unique !== undefined && unique !== false) {
    const sets = listOf(unique);
    for (const set of sets.some(isList) ? sets : [sets]) {
      const columns = listOf(set);
      const name = named(`${own}_uniq_${columns.map(textOfValue).join('_')}`);
      constraints.push(`${name} UNIQUE (${columns.map(nameSql).join(', ')})`);
    }
  }
  if (of('primaryKey') !== undefined)
    constraints.push(`${named(`${own}_pkey`)} PRIMARY KEY (${listOf(of('primaryKey')).map(nameSql).join(', ')})`);
  if (of('foreignKeys') !== undefined)
    for (const key of listOf(of('foreignKeys'))) {
      const columns = listOf(field(key, 'columns'));
      const keyName = field(key, 'referencesConstraintName');
      const fallback = `${own}_fk_${columns.map(textOfValue).join('_')}`;
      const name = nameSql(keyName ?? (isNamed ? given : fallback));
      constraints.push(`CONSTRAINT ${name} FOREIGN KEY (${columns.map(nameSql).join(', ')}) ${referencesSql(key)}`);
      const comment = field(key, 'referencesConstraintComment');
      if (comment !== undefined) comments.push(commentSql(`CONSTRAINT ${name} ON`, nameSql(table), comment));
    }
  if (of('exclude') !== undefined) constraints.push(`${named(`${own}_excl`)} EXCLUDE ${textOfValue(of('exclude'))}`);
  const isDeferrable = truthy(of('deferrable'));
  const comment = of('comment');
  if (comment !== undefined && isNamed)
    comments.push(commentSql(`CONSTRAINT ${nameSql(given)} ON`, nameSql(table), comment));
  return {
    constraints: isDeferrable ? constraints.map((each) => `${each} ${deferrableSql(options)}`) : constraints,
    comments,
  };
}

function likeSql(like: Value): string {
  const options = isFields(like) && like.has('table') ? like.get('options') : undefined;
  const words = (key: string, word: string): string =>
    field(options, key) === undefined
      ? ''
      : listOf(field(options, key))
          .map((each) => ` ${word} ${textOfValue(each)}`)
          .join('');
  const table = isFields(like) && like.has('table') ? like.get('table') : like;
  return `LIKE ${nameSql(table)}${words('including', 'INCLUDING')}${words('excluding', 'EXCLUDING')}`;
}

function partitionSql(partition: Value): string {
  if (partition === undefined) return '';
  const columns = listOf(field(partition, 'columns')).map((column) => {
    if (!isFields(column)) return nameSql(column);
    const collate = column.get('collate') === undefined ? '' : ` COLLATE ${textOfValue(column.get('collate'))}`;
    const opclass = column.get('opclass') === undefined ? '' : ` ${textOfValue(column.get('opclass'))}`;
    return `${nameSql(column.get('name'))}${collate}${opclass}`;
  });
  return ` PARTITION BY ${textOfValue(field(partition, 'strategy'))} (${columns.join(', ')})`;
}

export function createTable([table, columns, options]: readonly Value[], shorthands: Shorthands): string[] {
  const { lines, primary, comments } = columnsSql(table, columns, shorthands);
  const own = field(options, 'constraints');
  if (own !== undefined && !isFields(own)) throw new Unclear('its constraints are put together when it runs');
  const asked = new Map<string, Value>([...(own ?? [])]);
  if (primary.length > 0) asked.set('primaryKey', primary);
  const stated = constraintsSql(table, asked, '');
  const like = field(options, 'like');
  const definitions = [...lines, ...stated.constraints, ...(like === undefined ? [] : [likeSql(like)])];
  const inherits = field(options, 'inherits');
  const comment = field(options, 'comment');
  return [
    `CREATE${when(options, 'temporary', ' TEMPORARY')}${when(options, 'unlogged', ' UNLOGGED')} TABLE${when(options, 'ifNotExists', ' IF NOT EXISTS')} ${nameSql(table)} (\n  ${definitions.join(',\n  ')}\n)` +
      `${inherits === undefined ? '' : ` INHERITS (${nameSql(inherits)})`}${partitionSql(field(options, 'partition'))}`,
    ...comments,
    ...stated.comments,
    ...(comment === undefined ? [] : [commentSql('TABLE', nameSql(table), comment)]),
  ];
}

export function dropTable([table, options]: readonly Value[]): string[] {
  return [
    `DROP TABLE${when(options, 'ifExists', ' IF EXISTS')} ${nameSql(table)}${when(options, 'cascade', ' CASCADE')}`,
  ];
}

export function addColumns([table, columns, options]: readonly Value[], shorthands: Shorthands): string[] {
  const { lines, comments } = columnsSql(table, columns, shorthands);
  const head = `ADD ${when(options, 'ifNotExists', 'IF NOT EXISTS ')}`;
  return [`ALTER TABLE ${nameSql(table)}\n  ${lines.map((line) => head + line).join(',\n  ')}`, ...comments];
}

export function dropColumns([table, columns, options]: readonly Value[]): string[] {
  const names = isFields(columns) && !columns.has('name') ? [...columns.keys()] : listOf(columns);
  const drops = names.map(
    (name) => `DROP ${when(options, 'ifExists', 'IF EXISTS ')}${nameSql(name)}${when(options, 'cascade', ' CASCADE')}`,
  );
  return [`ALTER TABLE ${nameSql(table)}\n  ${drops.join(',\n  ')}`];
}

export function renameColumn([table, from, to]: readonly Value[]): string[] {
  return [`ALTER TABLE ${nameSql(table)} RENAME ${nameSql(from)} TO ${nameSql(to)}`];
}

export function renameConstraint([table, from, to]: readonly Value[]): string[] {
  return [`ALTER TABLE ${nameSql(table)} RENAME CONSTRAINT ${nameSql(from)} TO ${nameSql(to)}`];
}

export function renameTable([from, to]: readonly Value[]): string[] {
  return [`ALTER TABLE ${nameSql(from)} RENAME TO ${nameSql(to)}`];
}

export function alterTable([table, options]: readonly Value[]): string[] {
  const security = field(options, 'levelSecurity');
  const unlogged = field(options, 'unlogged');
  const words = [
    ...(security === undefined ? [] : [`${textOfValue(security)} ROW LEVEL SECURITY`]),
    ...(unlogged === undefined ? [] : [truthy(unlogged) ? 'SET UNLOGGED' : 'SET LOGGED']),
  ];
  return [`ALTER TABLE ${nameSql(table)}\n  ${words.join(',\n  ')}`];
}

export function alterColumn([table, column, options]: readonly Value[], shorthands: Shorthands): string[] {
  const of = (key: string): Value => field(options, key);
  const actions: string[] = [];
  if (of('default') === null) actions.push('DROP DEFAULT');
  else if (of('default') !== undefined) actions.push(`SET DEFAULT ${escapeValue(of('default'))}`);
  const type = of('type');
  if (type !== undefined) {
    const collation = of('collation') === undefined ? '' : ` COLLATE ${textOfValue(of('collation'))}`;
    const using = of('using') === undefined ? '' : ` USING ${textOfValue(of('using'))}`;
    const name = isFragment(type) ? type.sql : adaptedType(textOfValue(type));
    actions.push(`SET DATA TYPE ${name}${collation}${using}`);
  }
  if (truthy(of('notNull'))) actions.push('SET NOT NULL');
  else if (of('notNull') === false || truthy(of('allowNull'))) actions.push('DROP NOT NULL');
  const generated = of('sequenceGenerated');
  if (generated !== undefined)
    actions.push(truthy(generated) ? `ADD ${identitySql(generated, shorthands)}` : 'DROP IDENTITY');
  const expression = of('expressionGenerated');
  if (expression === null) actions.push('DROP EXPRESSION');
  else if (expression !== undefined) actions.push(`SET EXPRESSION AS (${textOfValue(expression)})`);
  const comment = of('comment');
  return [
    ...(actions.length === 0
      ? []
      : [
          `ALTER TABLE ${nameSql(table)}\n  ${actions.map((each) => `ALTER ${nameSql(column)} ${each}`).join(',\n  ')}`,
        ]),
    ...(comment === undefined ? [] : [commentSql('COLUMN', `${nameSql(table)}.${nameSql(column)}`, comment)]),
  ];
}

export function addConstraint([table, name, expression]: readonly Value[]): string[] {
  if (!isFields(expression)) {
    if (expression === undefined) throw new Unclear('the constraint is put together when it runs');
    const named = name === null || name === undefined || name === '' ? '' : `CONSTRAINT ${nameSql(name)} `;
    return [`ALTER TABLE ${nameSql(table)}\n  ADD ${named}${textOfValue(expression)}`];
  }
  const { constraints, comments } = constraintsSql(table, expression, name);
  if (constraints.length === 0) throw new Unclear('the constraint is put together when it runs');
  return [`ALTER TABLE ${nameSql(table)}\n  ${constraints.map((each) => `ADD ${each}`).join(',\n  ')}`, ...comments];
}

export function dropConstraint([table, name, options]: readonly Value[]): string[] {
  const given = isFields(options) ? options : undefined;
  return [
    `ALTER TABLE${when(given, 'ifTableExists', ' IF EXISTS')} ${nameSql(table)} DROP CONSTRAINT${when(given, 'ifExists', ' IF EXISTS')} ${nameSql(name)}${when(given, 'cascade', ' CASCADE')}`,
  ];
}
