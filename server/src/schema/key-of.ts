import { comparableName } from '../sql/placeholders.js';

/** Keys that were made, by schema and name: making one and hashing it takes longer than all look-ups with it. */
const keys = new Map<string, Map<string, string>>();
let keyCount = 0;
const MOST_KEYS = 50_000;

/** The key of an object: its schema and its name. */
export function keyOf(schema: string, name: string): string {
  let ofSchema = keys.get(schema);
  const known = ofSchema?.get(name);
  if (known !== undefined) return known;
  if (++keyCount > MOST_KEYS) {
    keys.clear();
    keyCount = 1;
    ofSchema = undefined;
  }
  if (!ofSchema) {
    ofSchema = new Map();
    keys.set(schema, ofSchema);
  }
  const key = `${comparableName(schema)}.${comparableName(name)}`;
  ofSchema.set(name, key);
  return key;
}
