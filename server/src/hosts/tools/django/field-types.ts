import { plainOf } from '../../values.js';
import type { Arguments } from '../python-arguments.js';

/** A field's type: its SQL and the family whose values need no cast among each other. */
export interface FieldType {
  readonly sql: string;
  readonly family: string;
  readonly isIdentity?: boolean;
  readonly isPositive?: boolean;
  /** An empty string is a value of it. */
  readonly takesEmpty?: boolean;
}

const simple: Readonly<Record<string, FieldType>> = {
  AutoField: { sql: 'integer', family: 'integer', isIdentity: true },
  BigAutoField: { sql: 'bigint', family: 'bigint', isIdentity: true },
  SmallAutoField: { sql: 'smallint', family: 'smallint', isIdentity: true },
  BinaryField: { sql: 'bytea', family: 'bytea' },
  BooleanField: { sql: 'boolean', family: 'boolean' },
  NullBooleanField: { sql: 'boolean', family: 'boolean' },
  DateField: { sql: 'date', family: 'date' },
  DateTimeField: { sql: 'timestamp with time zone', family: 'timestamptz' },
  AutoCreatedField: { sql: 'timestamp with time zone', family: 'timestamptz' },
  AutoLastModifiedField: { sql: 'timestamp with time zone', family: 'timestamptz' },
  CreationDateTimeField: { sql: 'timestamp with time zone', family: 'timestamptz' },
  ModificationDateTimeField: { sql: 'timestamp with time zone', family: 'timestamptz' },
  DurationField: { sql: 'interval', family: 'interval' },
  FloatField: { sql: 'double precision', family: 'float' },
  IntegerField: { sql: 'integer', family: 'integer' },
  BigIntegerField: { sql: 'bigint', family: 'bigint' },
  SmallIntegerField: { sql: 'smallint', family: 'smallint' },
  PositiveIntegerField: { sql: 'integer', family: 'integer', isPositive: true },
  PositiveBigIntegerField: { sql: 'bigint', family: 'bigint', isPositive: true },
  PositiveSmallIntegerField: { sql: 'smallint', family: 'smallint', isPositive: true },
  IPAddressField: { sql: 'inet', family: 'inet' },
  GenericIPAddressField: { sql: 'inet', family: 'inet' },
  JSONField: { sql: 'jsonb', family: 'jsonb' },
  TextField: { sql: 'text', family: 'text', takesEmpty: true },
  RichTextField: { sql: 'text', family: 'text', takesEmpty: true },
  MarkdownField: { sql: 'text', family: 'text', takesEmpty: true },
  HTMLField: { sql: 'text', family: 'text', takesEmpty: true },
  TimeField: { sql: 'time', family: 'time' },
  UUIDField: { sql: 'uuid', family: 'uuid' },
  HStoreField: { sql: 'hstore', family: 'hstore' },
  CITextField: { sql: 'citext', family: 'citext', takesEmpty: true },
  CICharField: { sql: 'citext', family: 'citext', takesEmpty: true },
  CIEmailField: { sql: 'citext', family: 'citext', takesEmpty: true },
  SearchVectorField: { sql: 'tsvector', family: 'tsvector' },
  IntegerRangeField: { sql: 'int4range', family: 'int4range' },
  BigIntegerRangeField: { sql: 'int8range', family: 'int8range' },
  DecimalRangeField: { sql: 'numrange', family: 'numrange' },
  DateTimeRangeField: { sql: 'tstzrange', family: 'tstzrange' },
  DateRangeField: { sql: 'daterange', family: 'daterange' },
};

/** The lengths of fields that are kept as varchar, where none is said. */
const lengths: Readonly<Record<string, number | undefined>> = {
  CharField: undefined,
  SlugField: 50,
  EmailField: 254,
  URLField: 200,
  FileField: 100,
  ImageField: 100,
  FilePathField: 100,
  CommaSeparatedIntegerField: undefined,
  CountryField: 2,
  PhoneNumberField: 128,
  PossiblePhoneNumberField: 128,
};

/** The type of a field by its class; undefined for a class that is not Django's. */
export function fieldType(className: string, args: Arguments): FieldType | undefined {
  const known = simple[className];
  if (known) return known;
  if (className in lengths) {
    const given = args.option('max_length');
    const length = given ? plainOf(given, args.scope) : lengths[className];
    // A setting of the project: the column keeps its place, its length is a hole.
    if (given && length === undefined) return { sql: 'varchar(${length})', family: 'varchar', takesEmpty: true };
    return { sql: typeof length === 'number' ? `varchar(${length})` : 'varchar', family: 'varchar', takesEmpty: true };
  }
  if (className === 'DecimalField') {
    const [digits, places] = ['max_digits', 'decimal_places'].map((name) => plainOf(args.option(name), args.scope));
    return { sql: typeof digits === 'number' ? `numeric(${digits}, ${Number(places)})` : 'numeric', family: 'numeric' };
  }
  return undefined;
}
