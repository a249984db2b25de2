import type { ObjectName } from '../sql/action.js';

/** The name in nextval('…'), which is read as SQL reads a name: folded, unless it is quoted. */
export function sequenceNamed(text: string): ObjectName {
  const parts = [...text.matchAll(/"((?:[^"]|"")+)"|([^".]+)/g)].map(([, quoted, plain = '']) =>
    quoted === undefined ? plain.trim().toLowerCase() : quoted.replaceAll('""', '"'),
  );
  return { schema: parts.length > 1 ? parts.at(-2) : undefined, name: parts.at(-1) ?? '', span: undefined };
}
