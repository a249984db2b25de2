import {
  formsSince,
  functionsSince,
  functionsUntil,
  rolesSince,
  settingsSince,
  settingsUntil,
} from '../postgres-names.js';
import type { Feature, OptionFeature, VersionUse } from './features.js';
import { isTree, listIn, stringsIn, type Tree, treeIn, walkNodes, wordIn } from './tree.js';

function words(lists: Readonly<Record<number, string>>): string[] {
  return Object.values(lists).flatMap((list) => list.trim().split(/\s+/));
}

const functionNames = new Set([...words(functionsSince), ...words(functionsUntil)]);
const grownNames = new Set(words(formsSince).map((form) => form.slice(0, form.indexOf('/'))));
const settingNames = new Set([...words(settingsSince), ...words(settingsUntil)]);
const roleNames = new Set(words(rolesSince));

/** `name`: of the option or the function that is meant. */
export type Note = (feature: Feature, location?: unknown, more?: Omit<VersionUse, 'feature' | 'span'>) => void;

/** What stands below a key of the tree. */
export type Read = (value: Tree, note: Note) => void;

function options(of: readonly Tree[], feature: OptionFeature, note: Note): void {
  for (const { defname, arg, location } of of.map((each) => treeIn(each, 'DefElem'))) {
    if (typeof defname !== 'string') continue;
    note(feature, location, { name: defname });
    const value = isTree(arg) ? wordIn(treeIn(arg, 'String'), 'sval').toLowerCase() : '';
    if (feature === 'COPY option' && isTree(arg) && 'A_Star' in arg && defname !== 'force_quote')
      note('COPY FORCE_NULL *', location);
    if (feature === 'COPY option' && defname === 'header' && value === 'match') note('COPY HEADER MATCH', location);
    if (defname === 'provider' && isTree(arg) && stringsIn(treeIn(arg, 'TypeName'), 'names').at(-1) === 'builtin')
      note('the builtin collation provider', location);
    if (feature === 'subscription parameter' && defname === 'streaming' && value === 'parallel')
      note(feature, location, { name: 'streaming = parallel' });
  }
}

function copyOptions(of: Tree, note: Note): void {
  const given = listIn(of, 'options');
  options(given, 'COPY option', note);
  const named = new Map(given.map((each) => [wordIn(treeIn(each, 'DefElem'), 'defname'), treeIn(each, 'DefElem')]));
  const value = (name: string): string => wordIn(treeIn(treeIn(named.get(name) ?? {}, 'arg'), 'String'), 'sval');
  const header = named.get('header');
  const isOff =
    /^(?:false|off|0)$/i.test(value('header')) || treeIn(treeIn(header ?? {}, 'arg'), 'Boolean').boolval === false;
  if (header && !isOff && value('format') !== 'csv') note('COPY HEADER of text', header.location);
}

function alterTable(of: Tree, note: Note): void {
  const kind = of.objtype;
  for (const { subtype, def, name } of listIn(of, 'cmds').map((each) => treeIn(each, 'AlterTableCmd'))) {
    const definition = isTree(def) ? def : {};
    if (subtype === 'AT_SetExpression') note('SET EXPRESSION');
    if (subtype === 'AT_SetAccessMethod') note(name === undefined ? 'SET ACCESS METHOD DEFAULT' : 'SET ACCESS METHOD');
    if (subtype === 'AT_SetStatistics' && def === undefined) note('SET STATISTICS DEFAULT');
    if (subtype === 'AT_SetStorage' && wordIn(treeIn(definition, 'String'), 'sval').toLowerCase() === 'default')
      note('SET STORAGE DEFAULT');
    if (kind === 'OBJECT_SEQUENCE' && (subtype === 'AT_SetLogged' || subtype === 'AT_SetUnLogged'))
      note('SET LOGGED of a sequence');
    if (subtype === 'AT_AlterConstraint') {
      const { alterEnforceability, alterInheritability } = treeIn(definition, 'ATAlterConstraint');
      if (alterEnforceability === true) note('ALTER CONSTRAINT … ENFORCED');
      if (alterInheritability === true) note('ALTER CONSTRAINT … INHERIT');
    }
    if (subtype === 'AT_SetRelOptions')
      options(
        listIn(treeIn(definition, 'List'), 'items'),
        kind === 'OBJECT_VIEW' ? 'view option' : 'storage parameter',
        note,
      );
  }
}

function constraint(of: Tree, note: Note): void {
  const { location } = of;
  switch (of.contype) {
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY':
      if (of.nulls_not_distinct === true) note('NULLS NOT DISTINCT', location);
      if (of.without_overlaps === true) note('WITHOUT OVERLAPS', location);
      return;
    case 'CONSTR_FOREIGN':
      if (listIn(of, 'fk_del_set_cols').length > 0) note('ON DELETE SET … with columns', location);
      if (of.fk_with_period === true || of.pk_with_period === true) note('PERIOD in a foreign key', location);
      if (of.is_enforced !== true) note('NOT ENFORCED', location);
      return;
    case 'CONSTR_CHECK':
      if (of.is_enforced !== true) note('NOT ENFORCED', location);
      return;
    case 'CONSTR_ATTR_NOT_ENFORCED':
    case 'CONSTR_ATTR_ENFORCED':
      return note('NOT ENFORCED', location);
    case 'CONSTR_GENERATED':
      return of.generated_kind === 'v' ? note('a virtual generated column', location) : undefined;
    case 'CONSTR_NOTNULL':
      if (listIn(of, 'keys').length > 0) note('NOT NULL as a table constraint', location);
      else if (of.is_no_inherit === true) note('NO INHERIT of NOT NULL', location);
      return;
    default:
      return;
  }
}

function call(of: Tree, note: Note): void {
  const parts = stringsIn(of, 'funcname');
  const name = parts.at(-1) ?? '';
  const given = Array.isArray(of.args) ? of.args.length : 0;
  if (of.funcformat === 'COERCE_SQL_SYNTAX') {
    if (name === 'timezone' && given === 1) note('AT LOCAL');
    return;
  }
  if (!functionNames.has(name) && !grownNames.has(name)) return;
  const schema = parts.length > 1 ? parts[0] : undefined;
  note('function', of.location, { name, schema, arguments: of.func_variadic === true ? undefined : given });
}

/** A function of SQL/JSON, which older versions read as a call where nothing but arguments stands in it. */
function json(name: string, isPlain: (of: Tree) => boolean): Read {
  return (of, note) => {
    const isPlainCall = isPlain(of) && of.output === undefined && of.unique !== true;
    note('json function', of.location, { name, isPlainCall });
  };
}

const queryNames: Readonly<Record<string, string>> = {
  JSON_EXISTS_OP: 'json_exists',
  JSON_QUERY_OP: 'json_query',
  JSON_VALUE_OP: 'json_value',
};

function returning(of: Tree, note: Note): void {
  const clause = treeIn(of, 'returningClause');
  if (listIn(clause, 'options').length > 0) return note('RETURNING WITH');
  const found: unknown[] = [];
  const ofColumn = (value: unknown): void => {
    if (!isTree(value)) return;
    const [row, column] = stringsIn(value, 'fields');
    if (column !== undefined && (row === 'old' || row === 'new')) found.push(value.location);
  };
  walkNodes(clause, new Map([['ColumnRef', ofColumn]]));
  // A table or an alias of that name is meant where there is one.
  if (found.length === 0 || /"(?:aliasname|relname)":"(?:old|new)"/.test(JSON.stringify(of))) return;
  for (const location of found) note('RETURNING old or new', location);
}

function withReturning(read: Read = () => {}): Read {
  return (of, note) => {
    read(of, note);
    if ('returningClause' in of) returning(of, note);
  };
}

function publication(of: Tree, note: Note): void {
  options(listIn(of, 'options'), 'publication parameter', note);
  const isNewer = listIn(of, 'pubobjects')
    .map((each) => treeIn(each, 'PublicationObjSpec'))
    .some(({ pubobjtype, pubtable }) => {
      const table = isTree(pubtable) ? pubtable : {};
      return pubobjtype !== 'PUBLICATIONOBJ_TABLE' || 'whereClause' in table || 'columns' in table;
    });
  if (isNewer) note('a column list, a row filter or a schema in a publication');
}

const setting: Read = ({ name, location }, note) => {
  if (typeof name === 'string' && settingNames.has(name)) note('setting', location, { name });
};

/** By the key under which the value stands. */
export const reads: Readonly<Record<string, Read>> = {
  AlterDatabaseRefreshCollStmt: (_, note) => note('ALTER DATABASE … REFRESH COLLATION VERSION'),
  AlterDefaultPrivilegesStmt: (of, note) => {
    const action = treeIn(of, 'action');
    if (action.objtype === 'OBJECT_LARGEOBJECT') note('privileges on new large objects');
    privileges(action, note);
  },
  AlterDomainStmt: (of, note) => {
    if (treeIn(treeIn(of, 'def'), 'Constraint').contype === 'CONSTR_NOTNULL')
      note('NOT NULL as a constraint of a domain');
  },
  AlterPublicationStmt: publication,
  AlterSubscriptionStmt: (of, note) => {
    if (of.kind === 'ALTER_SUBSCRIPTION_SKIP') note('ALTER SUBSCRIPTION … SKIP');
    else options(listIn(of, 'options'), 'subscription parameter', note);
  },
  AlterTableStmt: alterTable,
  ClusterStmt: (of, note) => {
    if (!('relation' in of) && listIn(of, 'params').length > 0) note('CLUSTER (VERBOSE) without a table');
  },
  ColumnDef: (of, note) => {
    if (wordIn(of, 'storage_name') !== '') note('STORAGE of a new column', of.location);
  },
  Constraint: constraint,
  CopyStmt: copyOptions,
  CreateEventTrigStmt: (of, note) => {
    if (of.eventname === 'login') note('an event trigger on login');
  },
  CreateForeignTableStmt: (of, note) => {
    const columns = listIn(treeIn(of, 'base'), 'tableElts');
    if (columns.some((each) => 'TableLikeClause' in each)) note('LIKE in a foreign table');
  },
  CreatePublicationStmt: publication,
  CreateSeqStmt: (of, note) => {
    if (treeIn(of, 'sequence').relpersistence === 'u') note('an unlogged sequence');
  },
  CreateStatsStmt: (of, note) => {
    if (listIn(of, 'defnames').length === 0) note('statistics without a name');
  },
  CreateStmt: (of, note) => {
    if ('partspec' in of && 'accessMethod' in of) note('USING of a partitioned table');
    options(listIn(of, 'options'), 'storage parameter', note);
  },
  CreateSubscriptionStmt: (of, note) => options(listIn(of, 'options'), 'subscription parameter', note),
  CreatedbStmt: (of, note) => options(listIn(of, 'options'), 'CREATE DATABASE option', note),
  DefineStmt: (of, note) => {
    if (of.kind === 'OBJECT_COLLATION') options(listIn(of, 'definition'), 'collation attribute', note);
  },
  DeleteStmt: withReturning(),
  ExplainStmt: (of, note) => options(listIn(of, 'options'), 'EXPLAIN option', note),
  FuncCall: call,
  GrantRoleStmt: (of, note) => {
    for (const each of listIn(of, 'granted_roles').map((granted) => wordIn(treeIn(granted, 'AccessPriv'), 'priv_name')))
      if (roleNames.has(each)) note('role', undefined, { name: each });
    options(listIn(of, 'opt'), 'role option', note);
  },
  GrantStmt: (of, note) => {
    if (of.objtype === 'OBJECT_PARAMETER_ACL') note('GRANT … ON PARAMETER');
    privileges(of, note);
  },
  IndexStmt: (of, note) => {
    if (of.nulls_not_distinct === true) note('NULLS NOT DISTINCT');
  },
  InsertStmt: withReturning(),
  JsonArrayAgg: json(
    'json_arrayagg',
    (of) => treeIn(of, 'constructor').output === undefined && of.absent_on_null === true,
  ),
  JsonArrayConstructor: json('json_array', (of) => of.absent_on_null === true),
  JsonArrayQueryConstructor: json('json_array', () => false),
  JsonFuncExpr: (of, note) => {
    const hasWords = ['passing', 'output', 'on_empty', 'on_error'].some((key) => key in of);
    const isQuoted = /UNSPEC|^$/.test(wordIn(of, 'wrapper')) && /UNSPEC|^$/.test(wordIn(of, 'quotes'));
    json(queryNames[wordIn(of, 'op')] ?? 'json_value', () => !hasWords && isQuoted)(of, note);
  },
  JsonIsPredicate: (of, note) => note('IS JSON', of.location),
  JsonObjectAgg: json('json_objectagg', () => false),
  JsonObjectConstructor: json('json_object', (of) => listIn(of, 'exprs').length === 0),
  JsonParseExpr: (of, note) => {
    if (of.unique_keys === true) note('JSON WITH UNIQUE KEYS', of.location);
  },
  JsonScalarExpr: json('json_scalar', () => true),
  JsonSerializeExpr: json('json_serialize', () => true),
  JsonTable: (of, note) => note('JSON_TABLE', of.location),
  MergeStmt: withReturning((of, note) => {
    const bySource = listIn(of, 'mergeWhenClauses').some(
      (each) => treeIn(each, 'MergeWhenClause').matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE',
    );
    note('returningClause' in of ? 'MERGE … RETURNING' : bySource ? 'MERGE … WHEN NOT MATCHED BY SOURCE' : 'MERGE');
  }),
  RangeSubselect: (of, note) => {
    if ('alias' in of) return;
    const isValues = listIn(treeIn(treeIn(of, 'subquery'), 'SelectStmt'), 'valuesLists').length > 0;
    note(isValues ? 'VALUES in FROM without an alias' : 'a subquery in FROM without an alias');
  },
  ReindexStmt: (of, note) => {
    if (!('name' in of) && !('relation' in of)) note('REINDEX without a name');
  },
  SelectStmt: (of, note) => {
    // Where nothing decides whether it is called: SELECT set_config('x', …).
    if ('fromClause' in of || 'whereClause' in of) return;
    for (const each of listIn(of, 'targetList')) {
      const called = treeIn(treeIn(treeIn(each, 'ResTarget'), 'val'), 'FuncCall');
      if (stringsIn(called, 'funcname').at(-1) !== 'set_config') continue;
      const { sval, location } = treeIn(listIn(called, 'args')[0] ?? {}, 'A_Const');
      if (isTree(sval)) setting({ name: wordIn(sval, 'sval').toLowerCase(), location }, note);
    }
  },
  UpdateStmt: withReturning(),
  VacuumStmt: (of, note) => {
    options(listIn(of, 'options'), 'VACUUM option', note);
    const only = listIn(of, 'rels').map((each) => treeIn(treeIn(each, 'VacuumRelation'), 'relation'));
    if (only.some((each) => 'relname' in each && each.inh !== true)) note('ONLY in VACUUM and ANALYZE');
  },
  VariableSetStmt: setting,
  ViewStmt: (of, note) => options(listIn(of, 'options'), 'view option', note),
  XmlSerialize: (of, note) => {
    if (of.indent === true) note('XMLSERIALIZE … INDENT', of.location);
  },
  setstmt: setting,
};

function privileges(of: Tree, note: Note): void {
  const rights = listIn(of, 'privileges').map((each) => treeIn(each, 'AccessPriv').priv_name);
  if (rights.includes('maintain')) note('the privilege MAINTAIN');
}
