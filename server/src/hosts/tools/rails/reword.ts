import type { Call } from '../../code.js';
import type { NativeEdit } from '../../migration.js';
import { rewordFlags, setArgument } from '../flags.js';

const write = (name: string, value: string): string => `${name}: ${value}`;

/** Says a change of the SQL in the options of the command. */
export function rewordCommand(name: string, call: Call, statements: readonly string[]): ReturnType<typeof rewordFlags> {
  const set = (option: string, value: string) => () => setArgument(call, option, value, write);
  const nested = (option: string, inner: string, value: string) => () => setNested(call, option, inner, value);
  const isReference = name === 'add_reference';
  const isIndex = name === 'add_index' || name === 'remove_index';
  const isConstraint = name === 'add_foreign_key' || name === 'add_check_constraint';
  const isMaking = /^(?:create_table|add_index|add_column|add_reference)$/.test(name);
  const isTaking = /^(?:drop_table|remove_(?:index|column|columns|foreign_key|check_constraint))$/.test(name);
  return rewordFlags(statements.join(';\n'), {
    ...(isIndex ? { concurrently: set('algorithm', ':concurrently') } : {}),
    ...(isReference
      ? {
          concurrently: nested('index', 'algorithm', ':concurrently'),
          'not-valid': nested('foreign_key', 'validate', 'false'),
        }
      : {}),
    ...(isConstraint ? { 'not-valid': set('validate', 'false') } : {}),
    ...(isMaking ? { 'if-not-exists': set('if_not_exists', 'true') } : {}),
    ...(isTaking ? { 'if-exists': set('if_exists', 'true') } : {}),
  });
}

/** `index: { algorithm: :concurrently }`, whether or not there are options already. */
function setNested(call: Call, option: string, inner: string, value: string): readonly NativeEdit[] {
  const there = call.args.find(({ name }) => name === option);
  const entries = there?.value.kind === 'record' ? there.value.entries : [];
  const last = entries.at(-1);
  if (last) return [{ span: { start: last.span.end, end: last.span.end }, text: `, ${write(inner, value)}` }];
  return setArgument(call, option, `{ ${write(inner, value)} }`, write);
}
