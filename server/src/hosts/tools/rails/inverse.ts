import { plainOf, resolved } from '../../values.js';
import { booleanExpression } from './arguments.js';
import { changeTableCommands } from './change-table.js';
import type { Command } from './command.js';

const opposites: readonly (readonly [string, string])[] = [
  ['create_table', 'drop_table'],
  ['create_join_table', 'drop_join_table'],
  ['add_column', 'remove_column'],
  ['add_columns', 'remove_columns'],
  ['add_timestamps', 'remove_timestamps'],
  ['add_reference', 'remove_reference'],
  ['add_index', 'remove_index'],
  ['add_foreign_key', 'remove_foreign_key'],
  ['add_check_constraint', 'remove_check_constraint'],
  ['add_exclusion_constraint', 'remove_exclusion_constraint'],
  ['add_unique_constraint', 'remove_unique_constraint'],
  ['enable_extension', 'disable_extension'],
  ['create_enum', 'drop_enum'],
  ['create_schema', 'drop_schema'],
];

const opposite = new Map(opposites.flatMap(([one, other]) => [[one, other] as const, [other, one] as const]));

/** The commands that undo a command, in their order; undefined where Rails knows none. Throws NotKnown. */
export function inverseOf(command: Command, source: string): readonly Command[] | undefined {
  const { name, positional, options } = command;
  const { scope } = options;
  const as = (other: string, args = positional, given = options): readonly Command[] => [
    { ...command, name: other, positional: args, options: given, block: undefined },
  ];
  const [table, first, second] = positional;
  switch (name) {
    case 'change_table': {
      const inner = changeTableCommands(command, source).map((each) => inverseOf(each, source));
      return inner.some((each) => each === undefined) ? undefined : [...inner].reverse().flatMap((each) => each ?? []);
    }
    case 'create_table':
    case 'create_join_table':
      return as(
        name === 'create_table' ? 'drop_table' : 'drop_join_table',
        name === 'create_table' ? positional.slice(0, 1) : positional,
        withoutExistence(options),
      );
    case 'drop_table':
    case 'drop_join_table':
      if (
        name === 'drop_table' &&
        (positional.length > 1 || (!command.block && withoutExistence(options).named.size === 0))
      )
        return undefined;
      return [
        {
          ...command,
          name: name === 'drop_table' ? 'create_table' : 'create_join_table',
          options: options.with([['if_exists', undefined]]),
        },
      ];
    case 'rename_table':
    case 'rename_column':
    case 'rename_index': {
      const [from, to] = name === 'rename_table' ? [table, first] : [first, second];
      if (!from || !to || !table) return undefined;
      return as(name, name === 'rename_table' ? [to, from] : [table, to, from]);
    }
    case 'remove_column':
      return second ? as('add_column', positional, withoutExistence(options)) : undefined;
    case 'remove_columns':
      return options.has('type') ? as('add_columns', positional, withoutExistence(options)) : undefined;
    case 'remove_index':
      return first || options.has('column')
        ? as(
            'add_index',
            first || !table ? positional : [table, ...columnsOf(command)],
            options.with([
              ['column', undefined],
              ['if_not_exists', options.get('if_exists')],
              ['if_exists', undefined],
            ]),
          )
        : undefined;
    case 'remove_foreign_key': {
      const to = first ?? options.get('to_table');
      return table && to
        ? as(
            'add_foreign_key',
            [table, to],
            options.with([
              ['to_table', undefined],
              ['if_exists', undefined],
            ]),
          )
        : undefined;
    }
    case 'add_foreign_key':
      return as(
        'remove_foreign_key',
        positional,
        options.with([
          ['validate', undefined],
          ['if_exists', options.get('if_not_exists')],
          ['if_not_exists', undefined],
        ]),
      );
    case 'add_check_constraint':
      return as(
        'remove_check_constraint',
        positional,
        options.with([
          ['validate', undefined],
          ['if_exists', options.get('if_not_exists')],
          ['if_not_exists', undefined],
        ]),
      );
    case 'add_unique_constraint':
      return options.has('using_index') ? undefined : as('remove_unique_constraint');
    case 'remove_check_constraint':
    case 'remove_exclusion_constraint':
    case 'remove_unique_constraint':
      return first ? as(opposite.get(name) ?? name, positional, withoutExistence(options)) : undefined;
    case 'drop_enum':
      return first ? as('create_enum') : undefined;
    case 'create_enum':
      return as('drop_enum', positional.slice(0, 1));
    case 'rename_enum': {
      const to = first ?? options.get('to');
      return to && table ? as(name, [to, table], options.with([['to', undefined]])) : undefined;
    }
    case 'create_view':
      return as('drop_view');
    case 'drop_view':
      return options.has('revert_to_version') ? as('create_view') : undefined;
    case 'update_view':
    case 'replace_view':
      return options.has('revert_to_version') ? as(name) : undefined;
    case 'rename_enum_value':
    case 'change_column_default':
    case 'change_column_comment':
    case 'change_table_comment': {
      const [from, to] = [options.get('from'), options.get('to')];
      if (!options.has('from') || !options.has('to') || !from || !to) return undefined;
      return as(
        name,
        positional,
        options.with([
          ['from', to],
          ['to', from],
        ]),
      );
    }
    case 'change_column_null': {
      const isNull = second && plainOf(second, scope);
      if (typeof isNull !== 'boolean' || !table || !first) return undefined;
      return as(name, [table, first, booleanExpression(!isNull), ...positional.slice(3)]);
    }
    default: {
      const other = opposite.get(name);
      return other === undefined ? undefined : as(other, positional, withoutExistence(options));
    }
  }
}

/** Rails hands `if_not_exists` on to what does not read it. */
function withoutExistence(options: Command['options']): Command['options'] {
  return options.with([
    ['if_not_exists', undefined],
    ['if_exists', undefined],
  ]);
}

function columnsOf({ options }: Command): Command['positional'] {
  const column = options.get('column');
  return column ? [resolved(column, options.scope)] : [];
}
