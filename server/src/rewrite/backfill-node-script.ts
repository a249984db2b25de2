/**
 * The part of a backfill's Node script that is the same for all: it stands behind `const backfill = …`. It keeps to
 * quotes, so that it can stand in a template. What it does to a batch is what the DO block of `backfill.ts` does, with the
 * same progress table and the same lock: one goes on where the other has stopped, and both at once are refused.
 */
export const nodeScript = String.raw`const { values: options } = parseArgs({
  options: { batch: { type: 'string' }, pause: { type: 'string' }, 'max-lag': { type: 'string' } },
});
const batch = number('batch', 5000, 1, 10000);
const pause = number('pause', 100, 0, 3600000);
const maxLag = number('max-lag', backfill.maxLagSeconds, 1, 1000000);

/** Ends the script with a code and a sentence. */
class End extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const lastTry = 20;
const longestWait = 120;
let tries = 0;
let hasConnected = false;
let lagIsKnown = true;
let waitsInVain = false;

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(130);
    say('Ends after this batch. The next run goes on from there.');
    stop.abort();
  });

try {
  if (/\bNULL\s*\/\*\s*airlock-value/i.test(backfill.set))
    throw new End(1, 'Write the value of ' + backfill.columns + ' into "set" of this script, in place of NULL.');
  await run();
} catch (error) {
  if (!(error instanceof End)) say(error.message || String(error.code ?? error));
  else if (error.message !== '') say(error.message);
  process.exitCode = error instanceof End ? error.code : hasConnected ? 1 : 2;
}

/** One connection after the other: what is lost with one, the progress table has. */
async function run() {
  for (;;) {
    const client = new pg.Client({
      ...(process.env.DATABASE_URL ? { connectionString: process.env.DATABASE_URL } : {}),
      application_name: 'pg-airlock backfill',
      keepAlive: true,
    });
    client.on('error', () => {});
    client.on('notice', () => {});
    try {
      await client.connect();
      hasConnected = true;
      await client.query("SET statement_timeout = 0; SET lock_timeout = '5s'; SET datestyle = 'ISO'");
      for (const table of await tables(client)) await fill(client, table);
      return;
    } catch (error) {
      if (!hasConnected || !isLost(error) || ++tries > lastTry) throw error;
      say('The connection is lost (' + error.message + '); another one is opened.');
      await backOff();
    } finally {
      await Promise.race([client.end().catch(() => {}), sleep(2000, undefined, { ref: false })]);
    }
  }
}

/** The table itself, or its partitions where it has no key: only they have blocks to walk. */
async function tables(client) {
  const kind = await one(client, 'SELECT relkind FROM pg_class WHERE oid = $1::regclass', [backfill.table]);
  if (backfill.key.length > 0 || kind.relkind !== 'p') return [{ table: backfill.table, job: backfill.job }];
  const { rows } = await client.query(
    'SELECT relid::regclass::text AS name FROM pg_partition_tree($1) JOIN pg_class ON pg_class.oid = relid' +
      " WHERE isleaf AND relkind = 'r' ORDER BY 1",
    [backfill.table],
  );
  return rows.map(({ name }) => ({ table: name, job: name + ' of ' + backfill.job }));
}

async function fill(client, { table, job }) {
  await lockJob(client, job);
  const progress = backfill.progressTable;
  await client.query(
    'CREATE TABLE IF NOT EXISTS ' + progress + ' (job text PRIMARY KEY, next_key text[],' +
      ' changed_rows bigint NOT NULL DEFAULT 0, seen bigint NOT NULL DEFAULT 0,' +
      ' started_at timestamptz NOT NULL DEFAULT clock_timestamp(),' +
      ' updated_at timestamptz NOT NULL DEFAULT clock_timestamp())',
  );
  await client.query('INSERT INTO ' + progress + ' (job) VALUES ($1) ON CONFLICT (job) DO NOTHING', [job]);
  const from = await one(
    client,
    'SELECT next_key, changed_rows::float8 AS changed, seen::float8 AS seen FROM ' + progress + ' WHERE job = $1',
    [job],
  );
  const walk = backfill.key.length > 0 ? await byKey(client, table, from) : await byBlocks(client, table, from);
  const state = { table, job, changed: from.changed, seen: walk.seen, all: walk.all, began: Date.now(), shown: 0 };
  state.before = { changed: state.changed, seen: state.seen };
  if (from.next_key) say(table + ': goes on where it stopped, ' + count(state.changed) + ' rows are done.');
  while (!(await walk.isAtEnd())) {
    await waitForReplicas(client);
    if (stop.signal.aborted) throw new End(130, 'Stopped. The next run goes on from here.');
    try {
      await client.query('BEGIN');
      const done = await walk.batch();
      await client.query(
        'UPDATE ' + progress + ' SET next_key = $2, changed_rows = changed_rows + $3, seen = $4,' +
          ' updated_at = clock_timestamp() WHERE job = $1',
        [job, done.next, done.changed, state.seen + done.seen],
      );
      await client.query('COMMIT');
      walk.goOn(done);
      state.changed += done.changed;
      state.seen += done.seen;
      tries = 0;
    } catch (error) {
      if (isLost(error)) throw error;
      await client.query('ROLLBACK');
      if (!['55P03', '40P01', '40001'].includes(error.code) || ++tries > lastTry) throw error;
      await backOff();
      continue;
    }
    show(state);
    await pauseFor(pause);
  }
  await client.query('ANALYZE ' + table);
  await client.query('DELETE FROM ' + progress + ' WHERE job = $1', [job]);
  await dropIfEmpty(client, progress);
  await client.query("SELECT pg_advisory_unlock(hashtextextended('airlock ' || $1, 0))", [job]);
  show(state, true);
  const left = await one(client, 'SELECT count(*)::float8 AS rows FROM ' + table + ' WHERE ' + open());
  say(table + ': done, ' + count(state.changed) + ' rows changed, ' + count(left.rows) + ' rows left to fill.', console.log);
}

/** Refuses a second run beside this one. The session of one that was killed may need a moment to end. */
async function lockJob(client, job) {
  for (let attempt = 1; ; attempt++) {
    const sql = "SELECT pg_try_advisory_lock(hashtextextended('airlock ' || $1, 0)) AS mine";
    if ((await one(client, sql, [job])).mine) return;
    if (attempt === 10 || stop.signal.aborted) throw new End(3, 'This backfill runs already in another session.');
    await pauseFor(500);
  }
}

/** Walks a table by its key. Keys are handed on as text, so that no value loses a digit. */
async function byKey(client, table, from) {
  const names = backfill.key.map(({ column }) => column);
  const list = names.join(', ');
  const texts = names.map((name, index) => name + '::text AS k' + index).join(', ');
  const row = (first) => backfill.key.map(({ type }, index) => '$' + (first + index) + '::' + type).join(', ');
  const is = (operator, first) => '(' + list + ') ' + operator + ' (' + row(first) + ')';
  const keyOf = async (sql, values) => {
    const { rows } = await client.query(sql, values);
    return rows[0] ? names.map((_, index) => rows[0]['k' + index]) : null;
  };
  let first = from.next_key ?? (await keyOf('SELECT ' + texts + ' FROM ' + table + ' ORDER BY ' + list + ' LIMIT 1', []));
  return {
    seen: from.seen,
    all: await estimatedRows(client, table),
    isAtEnd: async () => first === null,
    async batch() {
      const last = await keyOf(
        'SELECT ' + texts + ' FROM (SELECT ' + list + ' FROM ' + table + ' WHERE ' + is('>=', 1) + ' ORDER BY ' + list +
          ' LIMIT ' + batch + ') AS bf ORDER BY ' + names.map((name) => name + ' DESC').join(', ') + ' LIMIT 1',
        first,
      );
      // The row that was the next one may have been deleted, and all behind it.
      if (last === null) return { changed: 0, seen: 0, next: null };
      const range = is('>=', 1) + ' AND ' + is('<=', 1 + names.length);
      const changed = await update(client, table, range, [...first, ...last]);
      const next = await keyOf(
        'SELECT ' + texts + ' FROM ' + table + ' WHERE ' + is('>', 1) + ' ORDER BY ' + list + ' LIMIT 1',
        last,
      );
      return { changed, seen: batch, next };
    },
    goOn({ next }) {
      first = next;
    },
  };
}

/**
 * Walks a table by ranges of its blocks. An UPDATE of the application can move a row into a block that was passed, so
 * it is walked again until a pass changes nothing, or no less than the pass before it: then the rest cannot be filled.
 */
async function byBlocks(client, table, from) {
  const size = (await one(client, "SELECT current_setting('block_size')::int AS size")).size;
  const length = async () =>
    (await one(client, 'SELECT (pg_relation_size($1::regclass) / $2)::float8 AS blocks', [table, size])).blocks;
  // So many blocks hold one batch of rows at most: the smallest row takes 28 bytes.
  const step = Math.max(1, Math.floor((batch * 28) / size));
  let block = Number(from.next_key?.[0] ?? 0);
  let pass = from.changed;
  let passBefore = Number.POSITIVE_INFINITY;
  return {
    seen: block,
    all: await length(),
    async isAtEnd() {
      if (block < (await length())) return false;
      if (pass === 0 || pass >= passBefore) return true;
      passBefore = pass;
      pass = 0;
      block = 0;
      return (await length()) === 0;
    },
    async batch() {
      const range = 'ctid >= $1::tid AND ctid < $2::tid';
      const changed = await update(client, 'ONLY ' + table, range, ['(' + block + ',0)', '(' + (block + step) + ',0)']);
      return { changed, seen: step, next: [String(block + step)] };
    },
    goOn({ changed }) {
      pass += changed;
      block += step;
    },
  };
}

/** Fills the rows of a range, and gives how many. A value that stays NULL and must not be changes nothing. */
async function update(client, table, range, values) {
  const sql = 'UPDATE ' + table + ' SET ' + backfill.set + '\nWHERE ' + range + ' AND ' + open();
  if (backfill.columns === '') return (await client.query(sql, values)).rowCount;
  const { rows, unfilled } = await one(
    client,
    'WITH changed AS (' + sql + ' RETURNING ' + open() + ' AS unfilled)' +
      ' SELECT count(*)::float8 AS rows, coalesce(bool_or(unfilled), false) AS unfilled FROM changed',
    values,
  );
  if (unfilled) throw new End(1, 'The value of ' + backfill.columns + ' is NULL for a row. Nothing of this batch was changed.');
  return rows;
}

/** The condition of a row that is still to be filled. */
function open() {
  return '(' + backfill.where + '\n)';
}

/** Waits until no replica is too far behind. One that stays behind is waited for again when it has caught up. */
async function waitForReplicas(client) {
  for (let waited = 0; ; waited++) {
    let lag;
    try {
      lag = await one(
        client,
        'SELECT coalesce(bool_or(replay_lag > make_interval(secs => $1)' +
          " OR pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) > $2 * 1048576.0), false) AS behind," +
          ' coalesce(bool_or(replay_lsn IS NULL), false) AS unknown' +
          " FROM pg_stat_replication WHERE state IS NULL OR state IN ('streaming', 'catchup')",
        [maxLag, backfill.maxLagMegabytes],
      );
    } catch (error) {
      if (isLost(error)) throw error;
      lag = { behind: false, unknown: true };
    }
    if (lag.unknown && lagIsKnown) {
      lagIsKnown = false;
      say('How far the replicas are behind is unknown to this role: nothing waits for them.');
    }
    if (!lag.behind) waitsInVain = false;
    if (!lag.behind || waitsInVain || stop.signal.aborted) return;
    if (waited === 0) say('Waits for a replica that is behind.');
    if (waited === longestWait) {
      say('A replica is still behind after ' + longestWait + ' s, and is not waited for.');
      waitsInVain = true;
    }
    await pauseFor(1000);
  }
}

async function estimatedRows(client, table) {
  const found = await one(
    client,
    'SELECT CASE WHEN min(reltuples) >= 0 THEN sum(reltuples)::float8 END AS rows FROM pg_class' +
      " WHERE relkind <> 'p' AND (oid = $1::regclass OR oid IN (SELECT relid FROM pg_partition_tree($1::regclass)))",
    [table],
  );
  return found.rows;
}

/** The progress table goes with the last backfill that uses it; whoever still reads it keeps it alive. */
async function dropIfEmpty(client, progress) {
  try {
    await client.query('BEGIN');
    await client.query("SET LOCAL lock_timeout = '1s'");
    await client.query('LOCK TABLE ' + progress + ' IN ACCESS EXCLUSIVE MODE');
    const { rows } = await client.query('SELECT FROM ' + progress + ' LIMIT 1');
    if (rows.length === 0) await client.query('DROP TABLE ' + progress);
    await client.query('COMMIT');
  } catch (error) {
    if (isLost(error)) throw error;
    await client.query('ROLLBACK');
  }
}

/** Says how far it is: a bar on a terminal, a line every ten seconds elsewhere. */
function show(state, isLast = false) {
  const { table, all, seen, before, changed, began, shown } = state;
  const now = Date.now();
  if (!isLast && now - shown < (process.stdout.isTTY ? 200 : 10000)) return;
  state.shown = now;
  const seconds = Math.max(0.001, (now - began) / 1000);
  const rate = count((changed - before.changed) / seconds) + ' rows/s';
  const part = isLast ? 1 : all > seen ? seen / all : undefined;
  const left = part !== undefined && seen > before.seen ? duration((seconds * (all - seen)) / (seen - before.seen)) : 'unknown';
  const text = count(changed) + ' rows changed, ' + rate + (isLast ? '' : ', time left ' + left);
  if (!process.stdout.isTTY) console.log(table + ': ' + text);
  else {
    const width = 24;
    const full = Math.round((part ?? 0) * width);
    const percent = part === undefined ? '  ? %' : String(Math.floor(part * 100)).padStart(3) + ' %';
    process.stdout.write('\r\x1b[K[' + '#'.repeat(full) + '.'.repeat(width - full) + ']' + percent + '  ' + text);
  }
}

function say(text, print = console.error) {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
  print(text);
}

function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value) => String(value).padStart(2, '0');
  return two(Math.floor(whole / 3600)) + ':' + two(Math.floor(whole / 60) % 60) + ':' + two(whole % 60);
}

function count(value) {
  return Math.round(value).toLocaleString('en-US');
}

async function one(client, sql, values = []) {
  return (await client.query(sql, values)).rows[0];
}

/** A rest that a signal ends. */
async function pauseFor(ms) {
  if (ms > 0) await sleep(ms, undefined, { signal: stop.signal }).catch(() => {});
}

/** Longer after each try, and never the same, so that two who wait for one another do not meet again. */
async function backOff() {
  await pauseFor(Math.min(30000, 250 * 2 ** tries) * (0.5 + Math.random() / 2));
  if (stop.signal.aborted) throw new End(130, 'Stopped. The next run goes on from here.');
}

/** Whether the connection is gone, and not only the statement refused. */
function isLost({ code = '', message = '' }) {
  return (
    /^(?:08|57P0[123])/.test(code) ||
    ['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT'].includes(code) ||
    /^Connection terminated|not queryable/.test(message)
  );
}

function number(name, usual, least, most) {
  const value = Number(options[name] ?? usual);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  console.error('--' + name + ' takes a number from ' + least + ' to ' + most + '.');
  process.exit(2);
}
`;
