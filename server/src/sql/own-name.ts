/** True for a name of what Airlock makes for the time of a change (schema/own-names.ts): no author has made it. */
export function isOwnName(name: string): boolean {
  return name.includes('airlock_');
}
