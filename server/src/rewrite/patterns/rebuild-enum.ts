import { dependentsOn } from '../../schema/dependents/along.js';
import type { EnumType, Table } from '../../schema/model.js';
import { notNullProofName } from '../../schema/own-names.js';
import { doBlock } from '../../schema/safe-statements.js';
import type { SchemaState } from '../../schema/state.js';
import { objectSql, qualify, quoteIdentifier, quoteLiteral } from '../../sql/quote.js';
import { hangsOnColumn } from '../hangs-on-column.js';
import { alterTable, isRefused, type Phase, type Plan, type Refusal, short, titleOf, unbounded } from '../plan.js';
import { freeColumn, lastTrigger } from '../sync-trigger.js';
import { columnChangePlan } from '../type-change.js';
import { carriedIndexes } from './carried-indexes.js';
import { enumOf, retireEnumValue } from './constraints.js';
import { columnField, fieldValue, onlyStatement, type Pattern, planForColumn, tableField } from './pattern.js';

/** An enum without one of its values. */
export const rebuildEnum: Pattern = {
  ...retireEnumValue,
  id: 'remove-enum-value',
  title: 'Remove a value from an enum',
  summary:
    'PostgreSQL cannot drop a value of an enum. Making the type anew rewrites the table while nobody can read it.',
  fields: [
    tableField,
    { ...columnField, title: 'The column of the enum' },
    { name: 'value', kind: 'text', title: 'The value, without quotes' },
  ],
  plan: (values, context) =>
    planForColumn(values, context, ({ table, known, column }) => {
      const { state, target } = context;
      const value = fieldValue(values, 'value');
      const type = enumOf(values, state);
      const forbidden = retireEnumValue.plan(values, context);
      if (isRefused(forbidden)) return forbidden;
      if (!type || !column.type)
        return { refused: `${table.name}.${column.name} is of no enum that a migration makes.` };
      const refused = otherUsers(type, known, column.name, state);
      if (refused) return refused;
      const carried = carriedIndexes(table, known, state, column.name, `${column.name}_new`);
      const taken = new Set(carried.map(({ name }) => name));
      const hanging = hangsOnColumn(known, column, state).filter((name) => !taken.has(name));
      if (hanging.length > 0)
        return {
          refused: `More hangs on ${table.name}.${column.name} than is taken along: ${hanging.join(', ')}. Move that first, by hand.`,
        };
      const check = checkOf(forbidden);
      const relation = objectSql(table);
      const schema = state.searchPath.includes(type.schema) ? undefined : type.schema;
      const [own, next, old] = ['', '_new', '_old'].map((suffix) => qualify(schema, `${type.name}${suffix}`)) as [
        string,
        string,
        string,
      ];
      const labels = (list: readonly string[]): string => list.map(quoteLiteral).join(', ');
      const make = (name: string, list: readonly string[]): string =>
        doBlock([
          `IF to_regtype(${quoteLiteral(name)}) IS NULL THEN`,
          `  CREATE TYPE ${name} AS ENUM (${labels(list)});`,
          'END IF;',
        ]);
      const rename = (from: string, to: string): string =>
        `ALTER TYPE ${qualify(schema, `${type.name}${from}`)} RENAME TO ${quoteIdentifier(`${type.name}${to}`)}`;
      const addCheck = alterTable(
        table,
        `ADD CONSTRAINT ${quoteIdentifier(check)} CHECK (${quoteIdentifier(column.name)} <> ${quoteLiteral(value)}) NOT VALID`,
      );
      const used = `attrelid = ${quoteLiteral(relation)}::regclass AND attname IN (${labels([column.name, `${column.name}_old`])})`;
      const plan = columnChangePlan(
        {
          table,
          column: { ...column, type: column.type },
          newType: next,
          oldType: old,
          next: freeColumn(known, `${column.name}_new`),
          old: freeColumn(known, `${column.name}_old`),
          sync: lastTrigger(known, state, `${table.name}_${column.name}`),
          proof: notNullProofName(state, table, column.name),
          postgres: target.postgres,
          casts: {
            forward: (each) => `${each}::text::${next}`,
            placed: (each) => `${each}::text::${own}`,
            back: (each) => `${each}::text::${old}`,
          },
          carried: [check, ...carried.flatMap(({ name }) => name)],
          besides: {
            expand: [
              doBlock([
                `IF EXISTS (SELECT FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE atttypid = ${quoteLiteral(own)}::regtype AND relkind NOT IN ('i', 'I') AND NOT attisdropped AND NOT (${used})) THEN`,
                `  RAISE EXCEPTION 'other columns are of type %, too: they would keep it', ${quoteLiteral(own)};`,
                'END IF;',
              ]),
              make(
                next,
                type.values.filter((each) => each !== value),
              ),
            ],
            expandBack: [`DROP TYPE IF EXISTS ${next}`],
            swap: [
              alterTable(table, `DROP CONSTRAINT IF EXISTS ${quoteIdentifier(check)}`),
              rename('', '_old'),
              rename('_new', ''),
            ],
            swapNote: 'airlock-ignore no-drop-constraint: the new type does not have the value',
            swapBack: [rename('', '_new'), rename('_old', '')],
            swapBackAfter: [
              short(
                doBlock([
                  `IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = ${quoteLiteral(relation)}::regclass AND conname = ${quoteLiteral(check)}) THEN`,
                  `  ${addCheck};`,
                  'END IF;',
                ]),
              ),
              unbounded(alterTable(table, `VALIDATE CONSTRAINT ${quoteIdentifier(check)}`)),
            ],
            contract: [`DROP TYPE IF EXISTS ${old}`],
            contractBack: [make(old, type.values)],
          },
        },
        state,
      );
      if (isRefused(plan)) return plan;
      return whole(forbidden, plan, carried);
    }),
};

/** The retirement of the value, the change of the column, and the indexes before its swap. */
function whole(forbidden: Plan, change: Plan, carried: ReturnType<typeof carriedIndexes>): Plan {
  const swapAt = change.phases.length - 2;
  const last = change.phases.at(-1);
  const phases: Phase[] = [
    ...forbidden.phases,
    ...change.phases.slice(0, swapAt),
    ...carried.map(({ build }) => build),
    ...change.phases.slice(swapAt, -1),
    ...(last
      ? [
          carried.length === 0
            ? last
            : {
                ...last,
                statements: [...last.statements, ...carried.flatMap(({ swap }) => swap)],
                back: [],
                backTransactional: true,
                noWayBack: 'the indexes of the old column have gone over to the new one.',
              },
        ]
      : []),
  ];
  return {
    title: titleOf(phases, 'forbid → new column → backfill → swap → drop'),
    before: forbidden.before?.replace(/ The value stays in the type.*$/, ''),
    phases,
    mends: [],
  };
}

/** The CHECK by which the first phase forbids the value. */
function checkOf({ phases }: Plan): string {
  const [back] = phases[0]?.back ?? [];
  const [action] = onlyStatement(back?.sql ?? '').actions;
  return action?.kind === 'dropConstraint' ? action.constraint : '';
}

/** Why the type cannot be made anew for one column: what else is of it keeps the old one. */
function otherUsers(type: EnumType, known: Table, column: string, state: SchemaState): Refusal | undefined {
  const others = dependentsOn({ kind: 'type', type }, state).filter(
    (each) => !(each.kind === 'column' && each.name === column) && each.kind !== 'default value',
  );
  const tables = [...state.relations()].flatMap((each) =>
    each.kind === 'table' && each.key !== known.key
      ? [...each.columns.values()].flatMap((one) =>
          one.type && state.type(one.type)?.key === type.key ? [`${each.name}.${one.name}`] : [],
        )
      : [],
  );
  const names = [
    ...new Set([
      ...tables,
      ...others.filter(({ kind }) => kind !== 'column').map(({ kind, name }) => `the ${kind} ${name}`),
    ]),
  ];
  return names.length === 0
    ? undefined
    : { refused: `${type.name} is the type of more than this column: ${names.join(', ')} would keep the old one.` };
}
