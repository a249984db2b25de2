/**
 * The options of a sequence as an SQL expression over pg_sequence, in the words of CREATE SEQUENCE: a sequence that takes
 * the place of another goes on in its steps. Bounds that a type has by itself are left out.
 */
export const sequenceOptions = [
  "format('START WITH %s INCREMENT BY %s CACHE %s', seqstart, seqincrement, seqcache)",
  "|| CASE WHEN seqmin <> 1 THEN format(' MINVALUE %s', seqmin) ELSE '' END",
  "|| CASE WHEN seqmax NOT IN (32767, 2147483647, 9223372036854775807) THEN format(' MAXVALUE %s', seqmax) ELSE '' END",
  "|| CASE WHEN seqcycle THEN ' CYCLE' ELSE '' END",
] as const;
