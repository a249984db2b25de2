import type { ModelsOfFile } from './model.js';
import {
  beginBlocks,
  endOfBraces,
  endOfIndented,
  firstString,
  type Model,
  type ModelEnum,
  type ModelField,
} from './model.js';
import { camel, partsOf, plural, singular, withLast } from './words.js';

const none: ModelsOfFile = { models: [], enums: [] };

/** An ORM, the endings of its files, and words of which one stands in every file that has a model, in lower case. */
const orms: readonly (readonly [name: string, ending: RegExp, words: readonly string[]])[] = [
  ['Prisma', /\.prisma$/, ['']],
  ['Drizzle', /\.[cm]?[jt]sx?$/, ['pgtable', 'pgview', 'pgenum', 'pgschema', 'tablecreator(', 'drizzle-orm']],
  ['TypeORM', /\.[cm]?[jt]sx?$/, ['@entity', '@viewentity']],
  ['Sequelize', /\.[cm]?[jt]sx?$/, ['sequelize']],
  ['MikroORM', /\.[cm]?[jt]sx?$/, ['mikro-orm']],
  // A class or a call of another one that says its table.
  ['', /\.[cm]?[jt]sx?$/, ['@table', 'tablename', '.define(']],
  ['Django', /\.py$/, ['models.', 'db_table']],
  ['SQLAlchemy', /\.py$/, ['db.model', '__tablename__', 'base)', 'model)']],
  [
    'Rails',
    /\.rb$/,
    ['< applicationrecord', 'activerecord::base', 'table_name', 'belongs_to', 'has_many', 'sequel::model'],
  ],
  ['JPA', /\.(?:java|kt)$/, ['@entity', '@table']],
];

/** The ORM of whose models a file may have some, "" for one without a name here; undefined for a file that surely has none. In: its text in lower case. */
export function ormOf(path: string, lower: string): string | undefined {
  return orms.find(([, ending, words]) => ending.test(path) && words.some((word) => lower.includes(word)))?.[0];
}

/** The models of a file. Linear in its length, but for the blocks of models that stand in one another. */
export function modelsOf(path: string, text: string): ModelsOfFile {
  beginBlocks(text.length);
  if (path.endsWith('.prisma')) return prismaModels(text);
  if (path.endsWith('.py')) return { models: pythonModels(path, text), enums: [] };
  if (path.endsWith('.rb')) return { models: rubyModels(text), enums: [] };
  if (/\.[cm]?[jt]sx?$/.test(path))
    return { models: [...tableCalls(text), ...classModels(text), ...definedModels(text)], enums: enumCalls(text) };
  return /\.(?:java|kt)$/.test(path) ? { models: classModels(text), enums: [] } : none;
}

function prismaModels(text: string): ModelsOfFile {
  const models: Model[] = [];
  const enums: ModelEnum[] = [];
  for (const match of text.matchAll(/^[ \t]*(model|view|enum)[ \t]+(\w+)[ \t]*\{/gm)) {
    const [, kind, name = ''] = match;
    const start = match.index + match[0].indexOf(name);
    const end = endOfBlock(text, match.index);
    const body = text.slice(match.index, end);
    const mapped = /^[ \t]*@@map\([^)\n]*?"([^"\n]*)"/m.exec(body)?.[1] ?? name;
    const lines: ModelField[] = [];
    for (const field of body.matchAll(/^[ \t]*(\w+)(?=[ \t]|\r?$)[^\n]*/gm)) {
      const [line, own = ''] = field;
      if (field.index === 0) continue;
      const at = match.index + field.index + line.indexOf(own);
      const column = /[ \t]@map\([^)\n]*?"([^"\n]*)"/.exec(line)?.[1] ?? own;
      lines.push({ name: own, column, span: { start: at, end: at + own.length } });
    }
    const span = { start, end };
    if (kind === 'enum')
      enums.push({
        names: [name],
        type: mapped,
        values: lines.map((each) => ({ name: each.name, value: each.column, span: each.span })),
      });
    else models.push({ names: [name], tables: [mapped], span, fields: lines });
  }
  return { models, enums };
}

/** Of Prisma: "}" at the start of a line. */
function endOfBlock(text: string, start: number): number {
  const end = text.indexOf('\n}', start);
  return end < 0 ? text.length : end + 2;
}

/** Drizzle: `export const orders = pgTable('orders', { legacyCode: text('legacy_code') })`, and what wraps it. */
function tableCalls(text: string): Model[] {
  const found: Model[] = [];
  const calls = text.matchAll(
    /\b(\w+)\s*(?::[^=\n]{0,80})?=\s*(?:await\s+)?(?:\w+\.)?(\w*[tT]able(?:Creator|With\w+)?|table|\w*[vV]iew)\(\s*["'`]([^"'`\n]+)["'`]\s*,/g,
  );
  for (const match of calls) {
    const [whole, name = '', , table = ''] = match;
    const start = match.index;
    const end = endOfBraces(text, start + whole.length - 1);
    const fields = fieldsOfObject(text, start + whole.length, end, (value, key) => {
      const [, column] = /^\s*[\w.]+(?:<[^>\n]*>)?\(\s*["'`]([^"'`\n]+)["'`]/.exec(value) ?? [];
      return column ?? key;
    });
    found.push({ names: [name], tables: [table], span: { start, end }, fields });
  }
  return found;
}

/** The keys of an object, one a line. */
function fieldsOfObject(
  text: string,
  start: number,
  end: number,
  columnOf: (value: string, key: string) => string,
): ModelField[] {
  const fields: ModelField[] = [];
  for (const match of text.slice(start, end).matchAll(/(?:^|[{,])[ \t]*["']?(\w+)["']?\s*:(?!:)([^\n]{0,300})/gm)) {
    const [whole, key = '', value = ''] = match;
    const at = start + match.index + whole.indexOf(key);
    fields.push({ name: key, column: columnOf(value, key), span: { start: at, end: at + key.length } });
  }
  return fields;
}

function enumCalls(text: string): ModelEnum[] {
  const found: ModelEnum[] = [];
  for (const match of text.matchAll(/\b(\w+)\s*=\s*(?:\w+\.)?(?:pgEnum|enum)\(\s*["'`]([^"'`\n]+)["'`]\s*,\s*/g)) {
    const [whole, name = '', type = ''] = match;
    const start = match.index + whole.length;
    if (text[start] !== '[') continue;
    const end = endOfBraces(text, start, '[', ']');
    const values = [...text.slice(start, end).matchAll(/["'`]([^"'`\n]*)["'`]/g)].map((each) => {
      const at = start + each.index + 1;
      const value = each[1] ?? '';
      return { name: value, value, span: { start: at, end: at + value.length } };
    });
    found.push({ names: [name], type, values });
  }
  return found;
}

/** Classes with decorators or annotations: TypeORM, MikroORM, sequelize-typescript, JPA. */
function classModels(text: string): Model[] {
  const found: Model[] = [];
  const classes = text.matchAll(/^[ \t]*(?:[\w]+[ \t]+){0,4}class[ \t]+(\w+)[^\n{]{0,300}/gm);
  let before = 0;
  for (const match of classes) {
    const [whole, name = ''] = match;
    const head = text.slice(Math.max(before, match.index - 600), match.index);
    const open = text.indexOf('{', match.index + whole.length);
    if (open < 0) continue;
    const end = endOfBraces(text, open);
    const body = text.slice(open, end);
    before = open;
    const isModel = /@(?:Entity|Table|ViewEntity)\b/.test(head) || /\btableName\b|\btable_name\b/.test(body);
    if (!isModel) continue;
    const stated =
      tableOfDecorator(head) ?? /\btableName(?:\s*\(\s*\)\s*\{\s*return|\s*[:=])\s*["'`]([^"'`\n]+)/.exec(body)?.[1];
    const parts = partsOf(name);
    const bare = parts.at(-1) === 'entity' || parts.at(-1) === 'model' ? parts.slice(0, -1) : parts;
    const guesses = [parts, bare, withLast(parts, plural), withLast(bare, plural)].map((each) => each.join('_'));
    const tables = stated === undefined ? [...new Set(guesses)] : [stated];
    found.push({ names: [name], tables, span: { start: match.index, end }, fields: propertiesOf(text, open, end) });
  }
  return found;
}

function tableOfDecorator(head: string): string | undefined {
  const at = Math.max(head.lastIndexOf('@Entity'), head.lastIndexOf('@Table'), head.lastIndexOf('@ViewEntity'));
  if (at < 0) return undefined;
  const call = head.slice(at, at + 300);
  const [, direct] = /^@\w+\(\s*["'`]([^"'`\n]+)/.exec(call) ?? [];
  const [, named] = /\b(?:tableName|name)\s*[:=]\s*["'`]([^"'`\n]+)/.exec(call) ?? [];
  if (direct !== undefined || named !== undefined) return direct ?? named;
  // JPA writes @Entity and @Table(name = …) both.
  const table = head.lastIndexOf('@Table(');
  return table >= 0 && table !== at ? firstString(head.slice(table, table + 200)) : undefined;
}

/** Properties behind a decorator: `@Column({ name: 'legacy_code' }) legacyCode: string`. */
function propertiesOf(text: string, start: number, end: number): ModelField[] {
  const fields: ModelField[] = [];
  let decorator = '';
  let at = start;
  for (const line of text.slice(start, end).split('\n')) {
    const trimmed = line.trim();
    const property =
      /^(?:@[\w.]+(?:\((?:[^()]|\([^()]{0,200}\)){0,300}\))?\s*){0,5}(?:(?:public|private|protected|internal|readonly|declare|static|final|val|var|lateinit|override|[A-Z]\w*(?:<[^>\n]{0,80}>)?)\s+){0,4}([a-z_]\w*)\s*[?!]?\s*(?::|=|;)/.exec(
        trimmed,
      );
    if (trimmed.startsWith('@')) decorator = decorator.length > 2000 ? '' : `${decorator} ${trimmed}`;
    const name = property?.[1];
    if (name !== undefined && decorator !== '' && !/^[\w\s]*\(/.test(trimmed) && !isOption(trimmed, decorator)) {
      const [, named] =
        /@\w*(?:Column|Property|Field|JoinColumn|Key)\w*\(\s*["'`]([^"'`\n]+)["'`]/.exec(decorator) ??
        /\b(?:name|field|fieldName|joinColumn)\s*[:=]\s*["'`]([^"'`\n]+)["'`]/.exec(decorator) ??
        [];
      const place = at + line.indexOf(trimmed) + trimmed.lastIndexOf(name, (property?.[0].length ?? 0) - 1);
      const column = named ?? partsOf(name).join('_');
      fields.push({ name, column, span: { start: place, end: place + name.length } });
      decorator = '';
    } else if (!trimmed.startsWith('@') && decorator !== '') decorator = `${decorator} ${trimmed}`.slice(0, 3000);
    if (/[;}]$/.test(trimmed) && !isInside(decorator)) decorator = '';
    at += line.length + 1;
  }
  return fields;
}

/** True for a line of the options of a decorator whose parenthesis is open: `name: 'legacy_code',`. */
function isOption(line: string, decorator: string): boolean {
  return !line.startsWith('@') && isInside(decorator);
}

function isInside(decorator: string): boolean {
  let depth = 0;
  for (const character of decorator)
    if (character === '(') depth++;
    else if (character === ')') depth--;
  return depth > 0;
}

/** `sequelize.define('Order', { legacyCode: { field: 'legacy_code' } })`, `model.define("order", { … })`. */
function definedModels(text: string): Model[] {
  const found: Model[] = [];
  const calls = text.matchAll(
    /(?:\b(\w+)\s*=\s*)?\b\w+\.define\(\s*(?:\{[^}]{0,200}?tableName:\s*)?["'`](\w+)["'`][^{]{0,100}/g,
  );
  for (const match of calls) {
    const [whole, variable, name = ''] = match;
    const open = match.index + whole.length;
    const end = endOfBraces(text, open);
    const rest = text.slice(end, end + 400);
    const stated = /\btableName\s*:\s*["'`]([^"'`\n]+)/.exec(rest)?.[1];
    const parts = partsOf(name);
    const guesses = [parts.join('_'), withLast(parts, plural).join('_'), name];
    const fields = fieldsOfObject(text, open, end, (_value, key) => partsOf(key).join('_'));
    found.push({
      names: [...(variable === undefined ? [] : [variable]), name],
      tables: stated === undefined ? guesses : [stated],
      span: { start: match.index, end },
      fields,
    });
  }
  return found;
}

/** Django and SQLAlchemy. */
function pythonModels(path: string, text: string): Model[] {
  const found: Model[] = [];
  for (const match of text.matchAll(/^[ \t]*class[ \t]+(\w+)[ \t]*(?:\(([^)]{0,300})\))?:/gm)) {
    const [whole, name = '', bases = ''] = match;
    const end = endOfIndented(text, match.index + whole.length - 1);
    const body = text.slice(match.index, end);
    const stated = /\b(?:db_table|__tablename__)\s*(?::\s*\w+\s*)?=\s*(?:f|r)?["']+([^"'\n]+)/.exec(body)?.[1];
    // What stands deeper belongs to a method.
    const indent = /\n([ \t]+)\S/.exec(body)?.[1] ?? '';
    const fields: ModelField[] = [];
    let isStored = /\b(?:models|db)\.Model\b/.test(bases);
    for (const field of body.matchAll(
      /^([ \t]+)(\w+)[ \t]*(?::[^=\n]{0,120})?=[ \t]*([\w.]+)(?:\[[^\]\n]{0,80}\])?\(/gm,
    )) {
      const [line, lead, own = '', type = ''] = field;
      if (lead !== indent || !isColumnType(type)) continue;
      // `StringField` alone may be a form's, or a file's that is exported.
      isStored ||= /^(?:models|db|sa|gis_models|orm)\.|^(?:Column|mapped_column)$/.test(type);
      const at = match.index + field.index;
      const call = text.slice(at + line.length - 1, endOfBraces(text, at + line.length - 1, '(', ')'));
      const [, named] =
        /\bdb_column\s*=\s*["']([^"'\n]+)/.exec(call) ??
        (/(?:Column|mapped_column)$/.test(type) ? /^\(\s*["']([^"'\n]+)["']/.exec(call) : null) ??
        [];
      const isKey = /(?:ForeignKey|OneToOneField)$/.test(type);
      const place = at + line.indexOf(own);
      fields.push({
        name: own,
        column: named ?? (isKey ? `${own}_id` : own),
        span: { start: place, end: place + own.length },
      });
    }
    // A class of GraphQL or of an API has no such field.
    if (stated === undefined && !isStored) continue;
    found.push({
      names: [name],
      tables: stated === undefined ? djangoTables(path, name) : [stated.slice(stated.lastIndexOf('.') + 1)],
      span: { start: match.index, end },
      fields,
    });
  }
  return found;
}

/** `models.TextField`, `db.Column`, `mapped_column`, `TaxedMoneyField`; not `graphene.Field`, `serializers.CharField`. */
function isColumnType(type: string): boolean {
  if (/^(?:models|db|sa|gis_models|orm)\./.test(type)) return true;
  return !type.includes('.') && /^(?:\w*(?:Field|ForeignKey)|Column|mapped_column)$/.test(type) && type !== 'Field';
}

/** `app_model`: the app is a folder above, the model's name has no underscores. */
function djangoTables(path: string, name: string): string[] {
  const folders = path.split('/').slice(0, -1);
  const last = folders.at(-1) ?? '';
  const isModels = /^(?:models?|entities)$/.test(last);
  const apps = isModels ? [folders.at(-2) ?? ''] : /\/models\.py$/.test(path) ? [last] : [];
  const parts = partsOf(name);
  // Flask's SQLAlchemy names a table by the words of its class.
  return [
    ...apps.map((app) => `${app.toLowerCase()}_${name.toLowerCase()}`),
    parts.join('_'),
    withLast(parts, plural).join('_'),
  ];
}

/** Rails: the table is the class in the plural, unless it says another. */
function rubyModels(text: string): Model[] {
  const found: Model[] = [];
  for (const match of text.matchAll(/^([ \t]*)class[ \t]+([\w:]+)[ \t]*(?:<[ \t]*([^\n]+))?/gm)) {
    const [whole, , full = '', base = ''] = match;
    const end = endOfIndented(text, match.index + whole.length - 1);
    const body = text.slice(match.index, end);
    const stated = /\btable_name\s*=\s*["':]([^"'\n]+)/.exec(body)?.[1];
    const isModel =
      stated !== undefined ||
      /\b(?:ApplicationRecord|ActiveRecord::Base|Sequel::Model|\w*Record)\b/.test(base) ||
      (base !== '' && /^[ \t]*(?:belongs_to|has_many|has_one|validates|scope)\b/m.test(body));
    if (!isModel) continue;
    const names = full.split('::');
    const name = names.at(-1) ?? full;
    const parts = partsOf(name);
    const own = withLast(parts, plural).join('_');
    const scoped = [...names.slice(0, -1).flatMap(partsOf), ...withLast(parts, plural)].join('_');
    const fields: ModelField[] = [];
    const note = (field: string, column: string, at: number): void => {
      fields.push({ name: field, column, span: { start: at, end: at + field.length } });
    };
    for (const each of body.matchAll(
      /^[ \t]*(belongs_to|attribute|enum|serialize|store_accessor|alias_attribute|has_secure_token|monetize|encrypts|normalizes)[ \t(]+:(\w+)(?:\s*,\s*:(\w+))?([^\n]*)/gm,
    )) {
      const [line, kind, field = '', second, rest = ''] = each;
      const at = match.index + each.index + line.indexOf(`:${field}`) + 1;
      if (kind === 'belongs_to') note(field, /foreign_key:\s*["':](\w+)/.exec(rest)?.[1] ?? `${field}_id`, at);
      else note(field, kind === 'alias_attribute' && second !== undefined ? second : field, at);
    }
    for (const each of body.matchAll(/^[ \t]*enum[ \t(]+(\w+):/gm)) {
      const field = each[1] ?? '';
      note(field, field, match.index + each.index + each[0].indexOf(field));
    }
    found.push({
      names: [name],
      tables: stated === undefined ? [own, scoped] : [stated.trim()],
      span: { start: match.index, end },
      fields,
    });
  }
  return found;
}

/** What code may call a table of which no model is found: "orders" is `order`, `orders`, `Order`. */
export function guessedNames(table: string): string[] {
  const parts = partsOf(table);
  return [camel(withLast(parts, singular)), camel(parts)];
}
