import type { Call, FunctionValue, Text } from '../../code.js';
import { filled, percentHole } from '../../text-parts.js';
import { resolved, type Scope } from '../../values.js';
import { type Place, walkFunction } from '../../walk.js';
import type { Pieces } from '../pieces.js';
import { calledName } from '../python-arguments.js';
import { executedText } from '../alembic/expressions.js';

const changing = new Set([
  'save',
  'create',
  'update',
  'delete',
  'bulk_create',
  'bulk_update',
  'get_or_create',
  'update_or_create',
  'copy_expert',
  'execute_values',
  'call_command',
]);
const manyToMany = new Set(['add', 'set', 'clear', 'remove']);
const known =
  /^(?:django|datetime|uuid|json|os|logging|typing|re|time|itertools|collections|pathlib|functools|decimal|random|string|sys|tqdm|math|hashlib|secrets|copy|operator)(?:\.|$)/;

/** What a function of RunPython sends: SQL that it executes; rows that it changes otherwise are unknown. */
export function readPython(
  func: FunctionValue,
  scope: Scope,
  pieces: Pieces,
  modules: ReadonlyMap<string, string>,
  source: string,
): void {
  let isSaid = false;
  const say = (reason: string, call: Call, place: Place, touches?: 'rows'): true => {
    if (!isSaid) pieces.unknown(reason, call, place, touches);
    isSaid = true;
    return true;
  };
  walkFunction(func, scope, {
    call: (call, place) => {
      const name = calledName(call) ?? '';
      if (name === 'raise') return true;
      if ((name === 'execute' || name === 'executemany') && call.callee.kind === 'member') {
        const [first] = call.args;
        const text = first && executedText(first.value, place.scope, source);
        const filledIn = text && call.args.length > 1 ? withParameters(text) : text;
        if (filledIn) pieces.raw(filledIn, call, { ...place, statement: undefined });
        else if (first) say('its SQL is put together when it runs', call, place);
        return first !== undefined;
      }
      if (
        changing.has(name) &&
        (call.callee.kind === 'member' || name === 'call_command') &&
        !isPlainUpdate(call, place)
      )
        return say('it changes rows in Python', call, place, name === 'call_command' ? undefined : 'rows');
      if (manyToMany.has(name) && call.callee.kind === 'member' && call.callee.object.kind === 'member')
        return say('it changes rows in Python', call, place, 'rows');
      const module = call.callee.kind === 'name' ? modules.get(call.callee.name) : undefined;
      if (module !== undefined && !known.test(module) && !place.scope.has(name) && /^[a-z_]/.test(name))
        return say(`what ${name} does stands in another file`, call, place);
      return false;
    },
  });
}

/** `%s` in SQL that is sent with parameters. */
export function withParameters(text: Text): Text {
  return filled(text, percentHole, () => ({ kind: 'other', span: text.span, parts: [] }));
}

/** `counts.update(…)` of a dictionary. */
function isPlainUpdate({ callee }: Call, place: Place): boolean {
  if (callee.kind !== 'member' || callee.name !== 'update') return false;
  return resolved(callee.object, place.scope).kind === 'record';
}
