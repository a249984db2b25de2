import * as v from 'valibot';
import { frameworks } from '../frameworks/index.js';
import { isDay } from './days.js';
import { versionPattern } from './server-version.js';

export const severities = ['off', 'hint', 'info', 'warning', 'error'] as const;
const severity = v.picklist(severities);

const described = <T extends v.GenericSchema>(schema: T, description: string) =>
  v.pipe(schema, v.description(description));

const strings = v.array(v.string());

const statedTransactions = v.picklist(['auto', 'none', 'per-file', 'all-pending']);

/** The shape of airlock.config.json: the one source of its JSON schema, its checks and its types. */
export const configSchema = v.strictObject({
  $schema: v.optional(described(v.string(), 'The JSON schema of this file.')),
  postgres: v.optional(
    described(
      v.union([v.picklist([14, 15, 16, 17, 18]), v.pipe(v.string(), v.regex(versionPattern))]),
      'The oldest PostgreSQL version that the migrations run on: its major version, or with the minor in quotes ("14.3"). Default: 14.',
    ),
  ),
  migrations: v.optional(
    described(
      strings,
      'Globs of the migration files, relative to this file, in the order of their names. Default: the .sql files beside the one that is looked at.',
    ),
  ),
  ignore: v.optional(
    described(
      strings,
      'Globs of .sql files that Airlock leaves alone, relative to this file: another database, scratch files, exercises. Default: none; files that name another database, or are written for one, are left alone without it.',
    ),
  ),
  framework: v.optional(
    described(
      v.picklist(['auto', ...frameworks.map(({ id }) => id)]),
      'The migration tool. Default: "auto", the one that the files and the configurations beside them speak for.',
    ),
  ),
  transaction: v.optional(
    described(
      v.union([
        statedTransactions,
        v.strictObject({
          default: v.optional(statedTransactions),
          none: v.optional(strings),
          perFile: v.optional(strings),
        }),
      ]),
      'What runs in one transaction: "none" runs each statement by itself, "per-file" wraps each file, "all-pending" wraps all pending files. {"default": …, "none": [globs], "perFile": [globs]} makes exceptions of files. Default: "auto", what the tool does.',
    ),
  ),
  applied: v.optional(
    described(
      v.union([v.picklist(['git', 'none']), v.strictObject({ through: v.string() })]),
      'Which migrations count as applied and are never edited: "git" for those on the default branch, "none", or {"through": "<version or file>"}. Default: "git".',
    ),
  ),
  schema: v.optional(
    described(v.string(), 'A schema dump that the first migration starts from, relative to this file.'),
  ),
  timeZone: v.optional(described(v.string(), 'The TimeZone of the session that runs the migrations. Default: "UTC".')),
  rules: v.optional(
    described(
      v.record(v.string(), v.union([severity, v.strictTuple([severity, v.record(v.string(), v.unknown())])])),
      'Severity of each rule, by id: "off", "hint", "info", "warning" or "error", or [severity, options].',
    ),
  ),
  suppressions: v.optional(
    described(
      v.array(
        v.strictObject({
          files: described(v.string(), 'A glob of the files, relative to this one.'),
          rule: described(v.string(), 'The id of the rule.'),
          reason: described(v.pipe(v.string(), v.regex(/\S/)), 'Why it is safe there.'),
          until: v.optional(
            described(
              v.pipe(v.string(), v.regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/), v.check(isDay)),
              'The last day on which it holds, such as "2027-01-31". Default: for ever.',
            ),
          ),
        }),
      ),
      'Findings that are known and accepted where no comment can stand: in files that have run, of which migration tools keep a checksum.',
    ),
  ),
  timeouts: v.optional(
    described(
      v.union([
        v.picklist(['in-migrations', 'set-elsewhere']),
        v.pipe(v.string(), v.regex(/^[1-9]\d{0,5} ?(?:ms|s|min)$/)),
      ]),
      '"set-elsewhere": lock_timeout is set by the role, the tool or a script, and migrations need not set it. A duration such as "3s": the lock_timeout that fixes, splits and rollbacks write. Default: "5s".',
    ),
  ),
  application: v.optional(
    described(
      v.picklist(['running', 'stopped']),
      '"stopped": the application is stopped while migrations run, so that locks, rewrites and renames stop nobody; they are information then. Default: "running".',
    ),
  ),
  code: v.optional(
    described(
      v.strictObject({
        search: v.optional(
          described(v.boolean(), 'Whether the code is searched for what a migration drops or renames. Default: true.'),
        ),
        include: v.optional(
          described(strings, 'Globs of what is searched, relative to this file. Default: the repository.'),
        ),
        exclude: v.optional(described(strings, 'Globs of what is not searched, relative to this file.')),
      }),
      'The code of the application, in which uses of dropped and renamed columns, tables, functions, enum values and indexes are looked for. What .gitignore and .ignore leave out is left out.',
    ),
  ),
  rehearsal: v.optional(
    described(
      v.strictObject({
        seed: v.optional(
          described(
            v.string(),
            'A file of SQL with rows, relative to this file. It runs behind the history, and only tables that it leaves empty are filled.',
          ),
        ),
        queries: v.optional(
          described(
            strings,
            'Globs of .sql files with the queries of the application, relative to this file. Default: the complete statements in strings of the code.',
          ),
        ),
        review: v.optional(
          described(v.boolean(), 'Whether `review` and `ci` rehearse what they judge. Default: false.'),
        ),
      }),
      'What a rehearsal runs besides the migrations: rows of your own, and the queries of the application, which have to run before a migration and behind it.',
    ),
  ),
  contacts: v.optional(
    described(
      v.strictObject({
        owner: v.optional(v.string()),
        reviewer: v.optional(v.string()),
        onCall: v.optional(v.string()),
        escalation: v.optional(v.string()),
      }),
      'Who is named in runbooks.',
    ),
  ),
  thresholds: v.optional(
    described(
      v.strictObject({
        lockSecondsStaging: v.optional(v.pipe(v.number(), v.minValue(0))),
        lockSecondsProduction: v.optional(v.pipe(v.number(), v.minValue(0))),
        replicationLagSeconds: v.optional(v.pipe(v.number(), v.minValue(0))),
        smallTableRows: v.optional(v.pipe(v.number(), v.minValue(0))),
        statisticsDays: v.optional(v.pipe(v.number(), v.minValue(1))),
      }),
      'When the person who runs a migration has to stop: seconds of a lock in staging and in production, and of replication lag. Defaults: 5, 30, 60. smallTableRows: up to so many rows in the table statistics, what only takes long on a large table is information. Default: 10000; 0 keeps nothing quiet. statisticsDays: older statistics keep nothing quiet. Default: 90.',
    ),
  ),
  stats: v.optional(
    described(
      v.string(),
      'Table statistics that `pg-airlock stats` has written, relative to this file: with them, what would only take long on a large table is information on a small one, and the version of the server is known where "postgres" is not stated.',
    ),
  ),
});

export type ConfigFile = v.InferOutput<typeof configSchema>;
