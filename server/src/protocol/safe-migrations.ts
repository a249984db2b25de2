import { typeText } from '../schema/column-type.js';
import type { Table } from '../schema/model.js';
import type { SchemaState } from '../schema/state.js';
import { qualify, quoteIdentifier } from '../sql/quote.js';
import { isRefused, type Refusal } from '../rewrite/plan.js';
import { type Pattern, PatternError, type PatternField, tableNameOf } from '../rewrite/patterns/pattern.js';
import { patternPage } from '../rewrite/patterns/page.js';
import { patterns } from '../rewrite/patterns/patterns.js';
import { initParser } from '../sql/postgres-parser.js';
import { unwrittenValue } from '../schema/own-names.js';
import { Positions } from '../analysis/positions.js';
import { migrationName } from '../frameworks/framework.js';
import type { Files } from '../workspace/files.js';
import { continueChange, waiting } from '../workspace/continue-change.js';
import { openChanges } from '../workspace/open-changes.js';
import { planSafeMigration, type SafeMigration, schemaBehind } from '../workspace/safe-migration.js';
import type { Workspace } from '../workspace/workspace.js';
import type { ContinueChangeParams, OpenChangeSummary } from './messages/open-changes.js';
import type {
  PatternChoice,
  PatternChoicesParams,
  PatternPageParams,
  PatternPageResult,
  PatternSummary,
  SafeMigrationParams,
  SafeMigrationResult,
  SplitFile,
} from './messages/messages.js';

/** Where a request for a safe migration is answered. */
export interface SafeMigrationPlace {
  readonly workspace: Workspace;
  readonly files: Pick<Files, 'exists' | 'list'>;
  /** A migration of the folder. */
  readonly path: string;
  uriOf(path: string): string;
}

/** Every pattern, for a picker. */
export function patternSummaries(): PatternSummary[] {
  return patterns.map(({ id, title, summary, fields }) => ({ id, title, summary, fields }));
}

/** The page of a pattern. */
export async function pageOfPattern({ pattern }: PatternPageParams): Promise<PatternPageResult> {
  await initParser();
  return { markdown: patternPage(patternOf(pattern)) };
}

/** What a field of a pattern can be, as the schema is behind all migrations; none where a person writes what he likes. */
export function patternChoices(params: PatternChoicesParams, place: SafeMigrationPlace): PatternChoice[] {
  const pattern = patternOf(params.pattern);
  const field = pattern.fields.find(({ name }) => name === params.field);
  if (!field) return [];
  if (field.choices) return field.choices.map((value) => ({ value }));
  return schemaBehind(place.path, place.workspace, place.files, ({ after }) =>
    choicesIn(after, field, pattern, params.values),
  );
}

/** The files of a pattern. Throws an Error with a sentence for the person where the table cannot have it. */
export function safeMigration(
  { pattern, values, which }: SafeMigrationParams,
  place: SafeMigrationPlace,
): SafeMigrationResult {
  const { path, workspace, files, uriOf } = place;
  const planned = planSafeMigration(patternOf(pattern), values, path, workspace, files, which);
  return resultOf(planned, uriOf);
}

/** What is not finished in the folder. */
export function openChangesIn({ path, workspace, files, uriOf }: SafeMigrationPlace): OpenChangeSummary[] {
  return openChanges(path, workspace, files).map((change): OpenChangeSummary => {
    if (change.kind === 'open end') {
      const { name, end } = change;
      return { name, begun: end.place.path, next: end.ending, isMissing: true };
    }
    const { name, begun, last, next } = change;
    return {
      name,
      begun: migrationName(begun.path),
      next: next ? waiting(next, workspace) : `step ${last.step + 1} of ${last.of}`,
      ...(next ? { written: uriOf(next.path) } : {}),
      isMissing: last.step < last.of,
    };
  });
}

/** The files that go on with a change. Throws an Error with a sentence for the person where there are none. */
export function continued(
  { name, isDeployed }: ContinueChangeParams,
  { path, workspace, files, uriOf }: SafeMigrationPlace,
): SafeMigrationResult {
  const change = openChanges(path, workspace, files).find((each) => each.name === name);
  if (!change) throw new PatternError(`${name} is finished.`);
  return resultOf(continueChange(change, path, workspace, files, isDeployed), uriOf);
}

function resultOf(planned: SafeMigration | Refusal, uriOf: (path: string) => string): SafeMigrationResult {
  if (isRefused(planned)) throw new PatternError(planned.refused);
  const created = [
    ...planned.files.map(({ path: at, sql, gate }): SplitFile => {
      return { uri: uriOf(at), text: sql, isDown: false, ...(gate === undefined ? {} : { gate }) };
    }),
    ...planned.downs.map(({ path: at, sql }): SplitFile => ({ uri: uriOf(at), text: sql, isDown: true })),
    ...planned.beside.map(({ path: at, text }): SplitFile => {
      return { uri: uriOf(at), text, isDown: false, isBeside: true };
    }),
  ];
  const unwritten = planned.files.flatMap(({ path: at, sql }) => {
    const span = unwrittenValue(sql);
    return span ? [{ uri: uriOf(at), range: new Positions(sql).range(span) }] : [];
  })[0];
  return {
    title: planned.plan.title,
    created,
    ...(planned.plan.before === undefined ? {} : { before: planned.plan.before }),
    ...(unwritten === undefined ? {} : { value: unwritten }),
  };
}

function patternOf(id: string): Pattern {
  const pattern = patterns.find((each) => each.id === id);
  if (!pattern) throw new PatternError(`There is no pattern ${id}.`);
  return pattern;
}

function choicesIn(
  state: SchemaState,
  field: PatternField,
  pattern: Pattern,
  values: Readonly<Record<string, string>>,
): PatternChoice[] {
  const tables = [...state.relations()].flatMap((each) => (each.kind === 'table' && !each.temporary ? [each] : []));
  const shown = (schema: string, name: string): string =>
    qualify(state.searchPath.includes(schema) ? undefined : schema, name);
  switch (field.kind) {
    case 'table':
      return byName(
        tables.map(({ schema, name, columns }) => ({ value: shown(schema, name), detail: `${columns.size} columns` })),
      );
    case 'column':
    case 'columns':
      return [...(tableOf(state, field, pattern, values)?.columns.values() ?? [])].map(({ name, type, notNull }) => ({
        value: quoteIdentifier(name),
        detail: `${type ? typeText(type) : 'type not known'}${notNull ? ' NOT NULL' : ''}`,
      }));
    case 'constraint':
      return [...(tableOf(state, field, pattern, values)?.constraints.values() ?? [])]
        .filter(({ kind }) => kind === 'foreignKey')
        .map(({ name, definition }) => ({ value: quoteIdentifier(name), detail: definition }));
    case 'index': {
      const own = values.table === undefined ? undefined : tableOf(state, field, pattern, values);
      return byName(
        [...state.relations()].flatMap((each) =>
          each.kind === 'index' && each.constraint === undefined && (own === undefined || each.table === own.key)
            ? [
                {
                  value: shown(each.schema, each.name),
                  detail: `${state.tableByKey(each.table)?.name ?? ''} (${each.columns.map((name) => name ?? '…').join(', ')})`,
                },
              ]
            : [],
        ),
      );
    }
    default:
      return [];
  }
}

/** The table that a field of columns is about: the one that was chosen before. */
function tableOf(
  state: SchemaState,
  field: PatternField,
  { fields }: Pattern,
  values: Readonly<Record<string, string>>,
): Table | undefined {
  const before = fields.slice(0, fields.indexOf(field)).filter(({ kind }) => kind === 'table');
  // The key of another table is of the table before it; every other column of the first.
  const of = field.name === 'key' ? before.at(-1) : before[0];
  if (!of || values[of.name] === undefined) return undefined;
  return state.table(tableNameOf(values, of.name));
}

function byName(choices: readonly PatternChoice[]): PatternChoice[] {
  return [...choices].sort((a, b) => (a.value < b.value ? -1 : 1));
}
