const hole = /^\$\{\w+\}$/;
const nameWithHole = /^(?:\w|\$\{\w+\})+$/;

/** True for the hole of a value that is not known, and nothing else: `${name}`. */
export function isHole(text: string): boolean {
  return hole.test(text);
}

/** True for a name a part of which is not known: `${prefix}users`. It stays bare, as quotes would hide the hole. */
export function isOpenName(name: string): boolean {
  return name.includes('${') && nameWithHole.test(name);
}
