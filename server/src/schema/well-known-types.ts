/** The types that nearly every column has, so that nobody looks for a table of that name. */
export const wellKnownTypes: ReadonlySet<string> = new Set(
  'bool int2 int4 int8 float4 float8 numeric text varchar bpchar date time timetz timestamp timestamptz interval uuid json jsonb bytea serial bigserial smallserial inet'.split(
    ' ',
  ),
);
