/**
 * Tools that keep both directions in one file mark where the way back begins, and run it only when the migration is
 * taken back: goose, sql-migrate, dbmate, node-pg-migrate. Each has a mark for the way up as well.
 */
const directions: readonly { readonly up: RegExp; readonly down: RegExp }[] = [
  { up: /^[ \t]*--[ \t]*\+goose[ \t]+up\b/im, down: /^[ \t]*--[ \t]*\+goose[ \t]+down\b/im },
  { up: /^[ \t]*--[ \t]*\+migrate[ \t]+up\b/im, down: /^[ \t]*--[ \t]*\+migrate[ \t]+down\b/im },
  { up: /^[ \t]*--[ \t]*migrate:up\b/im, down: /^[ \t]*--[ \t]*migrate:down\b/im },
  { up: /^[ \t]*--[ \t]*up migration\b/im, down: /^[ \t]*--[ \t]*down migration\b/im },
];

/** Where the section of a migration file begins that takes it back; undefined when it has none. */
export function downSectionOf(text: string): number | undefined {
  if (!/down/i.test(text)) return undefined;
  for (const { up, down } of directions) {
    const found = down.exec(text);
    const upAt = found && up.exec(text)?.index;
    if (found && typeof upAt === 'number' && upAt < found.index) return found.index;
  }
  return undefined;
}

/** True for a file that begins its way up with the mark of such a tool: a new file without it would not be run. */
export function hasDirections(text: string): boolean {
  return directions.some(({ up }) => up.test(text));
}

/** True for a file of which a tool makes statements by itself, at each semicolon: in a body in dollar quotes as well. */
export function isCutAtSemicolons(text: string): boolean {
  return /^[ \t]*--[ \t]*\+(?:goose|migrate)[ \t]+up\b/im.test(text);
}
