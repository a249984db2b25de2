/** What PostgreSQL answers to a string that is no value of a built-in type. */
export interface Misfit {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
}

const names: Readonly<Record<string, string>> = {
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  serial: 'integer',
  bigserial: 'bigint',
  float4: 'real',
  float8: 'double precision',
  numeric: 'numeric',
  bool: 'boolean',
  timestamptz: 'timestamp with time zone',
  jsonb: 'json',
};

/**
 * Undefined for every string that some version or setting may take; what is named here, PostgreSQL 15 and 18 both
 * refuse (measured). `type` is the internal name, or "array".
 */
export function misfit(value: string, type: string): Misfit | undefined {
  const text = value.trim();
  switch (type) {
    case 'int2':
    case 'int4':
    case 'int8':
      if (isTooGreat(text, type))
        return {
          code: '22003',
          message: `value "${value}" is out of range for type ${names[type]}`,
          advice: 'Give the column a wider type, or write a number that fits.',
        };
      return /\d/.test(text) && !/^[-+]?\d*\.\d*$/.test(text) ? undefined : syntax(value, type, 'Write a number.');
    case 'numeric':
    case 'float4':
    case 'float8':
      return /\d/.test(text) || /^[-+]?(?:nan|inf|infinity)$/i.test(text)
        ? undefined
        : syntax(value, type, 'Write a number.');
    case 'bool':
      return /^(?:t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|1|0)$/i.test(text)
        ? undefined
        : syntax(value, type, 'Write TRUE or FALSE.');
    case 'uuid':
      return /^[\da-f]{32}$/i.test(text.replace(/[-{}]/g, ''))
        ? undefined
        : syntax(value, type, 'A call such as gen_random_uuid() stands without quotes.');
    case 'json':
    case 'jsonb':
      return isJson(value)
        ? undefined
        : {
            code: '22P02',
            message: 'invalid input syntax for type json',
            advice: `Write JSON, such as '{}' or 'null'.`,
          };
    case 'array':
      return text.startsWith('{') || /^\[[-+]?\d/.test(text)
        ? undefined
        : {
            code: '22P02',
            message: `malformed array literal: "${value}"`,
            advice: `An empty array is '{}'.`,
          };
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return ofTime(value, text, type);
    case 'interval':
      return text === '' ? syntax(value, type, 'Write an interval, or NULL.', '22007') : undefined;
    case 'inet':
      return text === '' ? syntax(value, type, 'Write an address, or NULL.') : undefined;
    default:
      return undefined;
  }
}

function ofTime(value: string, text: string, type: string): Misfit | undefined {
  if (/^0000-00-00(?:[ T]00:00:00)?$/.test(text))
    return {
      code: '22008',
      message: `date/time field value out of range: "${value}"`,
      advice: 'There is no day zero in PostgreSQL: write NULL.',
    };
  if (hasNoSuchDay(text))
    return {
      code: '22008',
      message: `date/time field value out of range: "${value}"`,
      advice: 'The calendar has no such day: write one that it has.',
    };
  return text === '' || /^current_(?:timestamp|date)(?:\(\))?$/i.test(text)
    ? syntax(value, type, 'CURRENT_TIMESTAMP stands without quotes.', '22007')
    : undefined;
}

/** Year, month and day as ISO 8601 writes them, which every DateStyle reads alike. */
function hasNoSuchDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)(?=$|[ T]\d)/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined || year === 0) return false;
  return month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
}

function isTooGreat(text: string, type: 'int2' | 'int4' | 'int8'): boolean {
  const digits = /^([-+]?)0*(\d{1,40})$/.exec(text);
  if (!digits) return false;
  const value = BigInt(digits[2] ?? '0');
  const limit = 1n << BigInt(Number(type.slice(3)) * 8 - 1);
  return value >= (digits[1] === '-' ? limit + 1n : limit);
}

function syntax(value: string, type: string, advice: string, code = '22P02'): Misfit {
  return { code, message: `invalid input syntax for type ${names[type] ?? type}: "${value}"`, advice };
}

function isJson(value: string): boolean {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}
