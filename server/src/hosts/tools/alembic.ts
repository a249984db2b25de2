import type { Call, Code, Expression, FunctionValue, Statement, Text, TextPart } from '../code.js';
import type { HostForm, HostMigration, HostSection } from '../migration.js';
import { filled, type Hole } from '../text-parts.js';
import { constantsOf, functionOf, pathOf, resolved, type Scope } from '../values.js';
import { type Place, type Visitor, walkFunction } from '../walk.js';
import { executedText } from './alembic/expressions.js';
import { Arguments, calledName, NotKnown } from './python-arguments.js';
import { type Batch, operationSql } from './alembic/operations.js';
import { createTypeSql, enumTypeOf } from './alembic/types.js';
import { rewordFlags, setArgument } from './flags.js';
import { Pieces } from './pieces.js';
import { pythonString, wrapBody } from './python-form.js';
import { qualify } from '../../sql/quote.js';

/** A migration of Alembic: upgrade() and downgrade(). Undefined for a file that is none. */
export function readAlembic(code: Code): HostMigration | undefined {
  const scope = constantsOf(code.body);
  const up = functionOf(scope.get('upgrade'), scope);
  const down = functionOf(scope.get('downgrade'), scope);
  if (!up && !down) return undefined;
  const reader = new Reader(code, scope);
  return {
    up: up && reader.read(up),
    down: down && !raises(down) ? reader.read(down) : undefined,
    form: { ...formOf(code, [up, down]), down: down && downPlace(code, down) },
  };
}

/** True for a function that does nothing else than say that it cannot be done. */
function raises(func: FunctionValue): boolean {
  const last = func.body.at(-1);
  return last?.kind === 'return' && last.value?.kind === 'call' && isRaise(last.value) && func.body.length <= 2;
}

function isRaise({ callee }: Call): boolean {
  return callee.kind === 'name' && callee.name === 'raise';
}

const autocommit = 'with op.get_context().autocommit_block():';

function formOf(code: Code, functions: readonly (FunctionValue | undefined)[]): HostForm {
  return {
    // A colon before a word would be a parameter.
    call: (sql) => `op.execute(${pythonString(sql.replace(/(?<![:\w\\]):(?=\w+(?!:)\b)/g, '\\:'))})`,
    comment: '#',
    markOutside: () =>
      functions.flatMap((func) => {
        if (!func || func.body.every(isOutside)) return [];
        return wrapBody(code, func, autocommit);
      }),
  };
}

/** `pass` as the whole body of downgrade(). */
function downPlace(code: Code, func: FunctionValue): HostForm['down'] {
  if (func.body.length > 0) return undefined;
  const body = /\bpass\b/.exec(code.text.slice(func.span.start, func.span.end));
  if (!body) return undefined;
  const start = func.span.start + body.index;
  const lineStart = code.text.lastIndexOf('\n', start) + 1;
  const indent = code.text.slice(lineStart, start);
  return indent.trim() === ''
    ? { span: { start: lineStart, end: start + 4 }, before: '', indent, after: '' }
    : undefined;
}

/** True for what stands in an autocommit block, and for what sends nothing. */
function isOutside(statement: Statement): boolean {
  if (statement.kind === 'with') return statement.items.some(opensAutocommit);
  return statement.kind === 'expression' && statement.value.kind === 'text';
}

function opensAutocommit(item: Expression): boolean {
  return item.kind === 'call' && calledName(item) === 'autocommit_block';
}

const executing = new Set(['execute', 'exec_driver_sql', 'executemany', 'scalar', 'scalars', 'read_sql']);
const writing = new Set([
  'add',
  'add_all',
  'merge',
  'delete',
  'update',
  'insert',
  'bulk_insert_mappings',
  'bulk_save_objects',
  'bulk_update_mappings',
  'create_all',
  'drop_all',
  'copy_expert',
  'copy_from',
]);
const silent = new Set(['get_bind', 'get_context', 'f', 'inline_literal', 'batch_alter_table', 'implementation_for']);
const databaseNames = /^(?:\w*session|conn|connection|bind|db|cursor|cur|engine)$/i;
const opens = /^(?:Session|sessionmaker|get_bind|connect|begin|cursor|scoped_session)$/;

const assembled = 'SQLAlchemy puts its SQL together when it runs';

class Reader {
  private readonly modules: ReadonlyMap<string, string>;
  private readonly operators: ReadonlySet<string>;

  constructor(
    private readonly code: Code,
    private readonly scope: Scope,
  ) {
    const imports = code.body.filter((each) => each.kind === 'import');
    this.modules = new Map(imports.flatMap(({ module, names }) => names.map(({ local }) => [local, module] as const)));
    const named = imports.flatMap(({ module, names }) =>
      module === 'alembic' ? names.filter(({ imported }) => imported === 'op').map(({ local }) => local) : [],
    );
    this.operators = new Set(named.length > 0 ? named : ['op']);
  }

  read(func: FunctionValue): readonly HostSection[] {
    const pieces = new Pieces(this.code.text);
    const types = new Set<string>();
    const visitor: Visitor = {
      call: (call, place) => this.call(call, place, pieces, types),
      with: (items, _place, body) => {
        if (!items.some(opensAutocommit)) return false;
        pieces.within('none', 'autocommit_block', body);
        return true;
      },
    };
    walkFunction(func, this.scope, visitor);
    return pieces.sections();
  }

  private call(call: Call, place: Place, pieces: Pieces, types: Set<string>): boolean {
    const name = calledName(call) ?? '';
    const { callee } = call;
    if (isRaise(call)) return true;
    if (callee.kind === 'name') return this.bareCall(call, callee.name, place, pieces);
    if (callee.kind !== 'member') return false;
    const isOperator = callee.object.kind === 'name' && this.operators.has(callee.object.name);
    const receiver = resolved(callee.object, place.scope);
    const batch = this.batchOf(receiver, place.scope);
    if ((isOperator || batch) && name !== 'execute') return this.operation(call, name, batch, place, pieces, types);
    if (executing.has(name) || isOperator || batch) return this.execute(call, name, place, pieces);
    if ((name === 'create' || name === 'drop') && this.enumType(call, name, receiver, place, pieces, types))
      return true;
    const isWrite = writing.has(name) || ((name === 'create' || name === 'drop') && this.takesBind(call, place));
    if (isWrite && (this.reachesDatabase(callee.object, place) || /_all$|^create$|^drop$/.test(name))) {
      const isRows = !/_all$|^create$|^drop$/.test(name);
      pieces.unknown(assembled, call, place, isRows ? 'rows' : undefined);
      return true;
    }
    return false;
  }

  /** `with op.batch_alter_table('t') as batch_op`: what batch_op stands for. */
  private batchOf(receiver: Expression, scope: Scope): Batch | undefined {
    if (receiver.kind !== 'call' || calledName(receiver) !== 'batch_alter_table') return undefined;
    try {
      const args = new Arguments(receiver, scope);
      return { table: args.text(0, 'table_name'), schema: args.optionText('schema') };
    } catch (error) {
      if (error instanceof NotKnown) return { table: '', schema: undefined };
      throw error;
    }
  }

  private operation(
    call: Call,
    name: string,
    batch: Batch | undefined,
    place: Place,
    pieces: Pieces,
    types: Set<string>,
  ): boolean {
    if (silent.has(name)) return false;
    try {
      if (batch?.table === '') throw new NotKnown('its table is decided when it runs');
      const statements = operationSql(name, new Arguments(call, place.scope), batch, types);
      if (!statements) throw new NotKnown(`what ${name} does is not known here`);
      pieces.built(statements, call, place, this.rewordOf(call, name, statements));
    } catch (error) {
      if (!(error instanceof NotKnown)) throw error;
      pieces.unknown(error.message, call, place);
    }
    return true;
  }

  private rewordOf(call: Call, name: string, statements: readonly string[]): ReturnType<typeof rewordFlags> {
    const set = (option: string) => () =>
      setArgument(call, option, 'True', (argument, value) => `${argument}=${value}`);
    const isConstraint = name === 'create_foreign_key' || name === 'create_check_constraint';
    const isMaking = /^(?:create_table|create_index|add_column)$/.test(name);
    const isTaking = /^drop_(?:table|index|column|constraint)$/.test(name);
    return rewordFlags(statements.join(';\n'), {
      ...(/^(?:create|drop)_index$/.test(name) ? { concurrently: set('postgresql_concurrently') } : {}),
      ...(isConstraint ? { 'not-valid': set('postgresql_not_valid') } : {}),
      ...(isMaking ? { 'if-not-exists': set('if_not_exists') } : {}),
      ...(isTaking ? { 'if-exists': set('if_exists') } : {}),
    });
  }

  private execute(call: Call, name: string, place: Place, pieces: Pieces): boolean {
    const argument = call.args.find((each) => each.name === undefined || /^(?:sqltext|statement|sql)$/.test(each.name));
    const text = executedText(argument?.value, place.scope, this.code.text);
    if (text) {
      pieces.raw(name === 'exec_driver_sql' ? text : withParameters(text), call, place);
      return true;
    }
    if (!argument || this.reads(argument.value, place.scope)) return false;
    const { callee } = call;
    if (callee.kind === 'member' && (name === 'scalar' || name === 'scalars')) return false;
    pieces.unknown(
      reasonFor(argument.value, place.scope),
      call,
      place,
      isData(argument.value, place.scope) ? 'rows' : undefined,
    );
    return true;
  }

  /** True for a query that only reads: sa.select(…), table.select(). */
  private reads(value: Expression, scope: Scope, depth = 0): boolean {
    const found = resolved(value, scope);
    if (depth > 30) return false;
    if (found.kind === 'member') return this.reads(found.object, scope, depth + 1);
    if (found.kind !== 'call') return false;
    const name = calledName(found);
    if (name === 'select' || name === 'exists' || name === 'func') return true;
    if (name === 'update' || name === 'insert' || name === 'delete') return false;
    return found.callee.kind === 'member' && this.reads(found.callee.object, scope, depth + 1);
  }

  private reachesDatabase(object: Expression, place: Place): boolean {
    let found: Expression = object;
    for (let steps = 0; steps < 60; steps++) {
      if (found.kind === 'name') {
        const value = resolved(found, place.scope);
        if (value.kind === 'name') return databaseNames.test(value.name);
        if (databaseNames.test(found.name)) return true;
        found = value;
      } else if (found.kind === 'member') found = found.object;
      else if (found.kind === 'call') {
        if (opens.test(calledName(found) ?? '')) return true;
        found = found.callee;
      } else return false;
    }
    return false;
  }

  private takesBind(call: Call, place: Place): boolean {
    return call.args.some(({ name, value }) => name === 'bind' || this.reachesDatabase(value, place));
  }

  /** sa.Enum(…).create(op.get_bind()): unless it is there already. */
  private enumType(
    call: Call,
    name: string,
    receiver: Expression,
    place: Place,
    pieces: Pieces,
    types: Set<string>,
  ): boolean {
    try {
      const type = enumTypeOf(receiver, place.scope);
      if (!type) return false;
      const args = new Arguments(call, place.scope);
      const isChecked = args.flag('checkfirst') !== false && args.positional[1]?.kind !== 'boolean';
      types.add(type.name);
      const made = createTypeSql(type, type.schema);
      const quoted = qualify(type.schema, type.name);
      if (name === 'drop') pieces.built([`DROP TYPE ${isChecked ? 'IF EXISTS ' : ''}${quoted}`], call, place);
      else if (!isChecked) pieces.built([made], call, place);
      else pieces.built([`DO $$ BEGIN ${made}; EXCEPTION WHEN duplicate_object THEN NULL; END $$`], call, place);
    } catch (error) {
      if (!(error instanceof NotKnown)) throw error;
      pieces.unknown(error.message, call, place);
    }
    return true;
  }

  /** A function by its name: one of the file is gone through; one of another file of the project may do anything. */
  private bareCall(call: Call, name: string, place: Place, pieces: Pieces): boolean {
    if (place.scope.has(name)) return false;
    const module = this.modules.get(name);
    const isForeign = module !== undefined && !knownModules.test(module);
    if (isForeign && takesOperators(call, this.operators)) {
      pieces.unknown(`what ${name} does stands in another file`, call, place);
      return true;
    }
    if (isForeign && place.statement) {
      pieces.unknown(`what ${name} does stands in another file`, call, place);
      return true;
    }
    return false;
  }
}

const knownModules =
  /^(?:sqlalchemy|alembic|datetime|uuid|json|os|logging|typing|re|time|itertools|collections|pathlib|functools|secrets|hashlib|random|string|sys|textwrap|decimal|enum|warnings|contextlib|packaging|geoalchemy2|pgvector|sqlmodel)(?:\.|$)/;

function takesOperators(call: Call, operators: ReadonlySet<string>): boolean {
  return call.args.some(({ value }) => {
    const path = pathOf(value.kind === 'call' ? value.callee : value);
    return path !== undefined && operators.has(path[0] ?? '');
  });
}

/** True for what SQLAlchemy makes of table.insert(), update(…), delete(…). */
function isData(value: Expression, scope: Scope): boolean {
  let found = resolved(value, scope);
  for (let steps = 0; steps < 60; steps++) {
    if (found.kind === 'call' && /^(?:insert|update|delete)$/.test(calledName(found) ?? '')) return true;
    if (found.kind === 'call' && found.callee.kind === 'member') found = resolved(found.callee.object, scope);
    else return false;
  }
  return false;
}

function reasonFor(value: Expression, scope: Scope): string {
  return resolved(value, scope).kind === 'call' ? assembled : 'its SQL is put together when it runs';
}

/** `:name` in a text of SQLAlchemy is a parameter; `\:` is a colon. */
function withParameters(text: Text): Text {
  const parts = text.parts.flatMap((part, index): readonly TextPart[] => {
    if (part.kind === 'escape' && part.text === '\\' && startsWithColon(text.parts[index + 1]))
      return [{ ...part, text: '' }];
    return isEscaped(text.parts[index - 1]) && startsWithColon(part) ? apart(part) : [part];
  });
  return filled({ ...text, parts }, parameter, () => ({ kind: 'other', span: text.span, parts: [] }));
}

function isEscaped(part: TextPart | undefined): boolean {
  return part?.kind === 'escape' && part.text === '\\';
}

function startsWithColon(part: TextPart | undefined): boolean {
  return part?.kind === 'verbatim' && part.text.startsWith(':');
}

/** The colon by itself, so that it begins no parameter. */
function apart(part: TextPart): readonly TextPart[] {
  if (part.kind !== 'verbatim') return [part];
  const { start, end } = part.span;
  return [
    { ...part, span: { start, end: start + 1 }, text: ':' },
    { ...part, span: { start: start + 1, end }, text: part.text.slice(1) },
  ];
}

function parameter(source: string, at: number): Hole | undefined {
  if (source.startsWith('\\:', at)) return { length: 2, text: ':' };
  if (source[at] !== ':' || /[:\w\\]/.test(source[at - 1] ?? '')) return undefined;
  const mark = /^:(\w+)(?!:)/.exec(source.slice(at, at + 80));
  return mark ? { length: mark[0].length } : undefined;
}
