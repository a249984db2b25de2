import { commentText } from './session.js';
import { toolLimits } from './lock-retry-node.js';
import type { RetryTool } from './lock-retry-tools.js';

/**
 * The same for a POSIX shell, with psql to ask who blocks. Not for tools that keep a failure: their state is cleared by
 * the script for Node.
 */
export function shellRetry({ command, notes }: RetryTool, limits = toolLimits): string {
  const { attempts, timeout, pause, longest } = limits;
  return `#!/bin/sh
# Runs ${commentText(command)} until its locks are free.
${notes.map((note) => `# ${commentText(note)}\n`).join('')}# Another command: sh SCRIPT COMMAND …
# The database: DATABASE_URL, or PGHOST, PGUSER … Who blocks is asked with psql.
attempts=${attempts}
pause=${pause / 1000}
longest=${longest / 1000}
tool=$(cat <<'END'
${command}
END
)
export PGOPTIONS="\${PGOPTIONS:-} -c lock_timeout=${timeout}"
${script}`;
}

const script = String.raw`
log=$(mktemp) && seen=$(mktemp) || exit 2
trap 'rm -f "$log" "$seen" "$seen.over"' EXIT

ask() {
  psql -XAtq -c "$1" ${'${DATABASE_URL:+"$DATABASE_URL"}'} 2>/dev/null
}

# Asks again and again who blocks a session that has begun since.
watch() {
  since=$(ask 'SELECT clock_timestamp()') || return
  while [ ! -e "$seen.over" ]; do
    ask "SELECT DISTINCT 'pid ' || b.pid || ' (' || coalesce(nullif(b.application_name, ''), b.usename, b.backend_type) || ', ' || coalesce(b.state, 'active') || '): ' || left(regexp_replace(coalesce(b.query, ''), '\\s+', ' ', 'g'), 120) FROM pg_stat_activity AS w, unnest(pg_blocking_pids(w.pid)) AS blocking(pid) JOIN pg_stat_activity AS b USING (pid) WHERE w.datname = current_database() AND w.wait_event_type = 'Lock' AND w.backend_start >= '$since'" >> "$seen"
    sleep 0.2
  done
}

attempt=1
while :; do
  : > "$seen"
  rm -f "$seen.over"
  watch &
  watcher=$!
  # The exit code of the tool, not of tee.
  {
    if [ $# -gt 0 ]; then "$@"; else sh -c "$tool"; fi
    echo $? > "$log.code"
  } 2>&1 | tee "$log"
  code=$(cat "$log.code"); rm -f "$log.code"
  : > "$seen.over"
  wait "$watcher"
  [ "$code" -eq 0 ] && exit 0
  grep -Eqi '55P03|40P01|lock timeout|could not obtain lock|deadlock detected' "$log" || exit "$code"
  who=$(sort -u "$seen" | tr '\n' ';')
  if [ "$attempt" -ge "$attempts" ]; then
    echo "[lock retry] Gave up after $attempt attempts; locked: ${'${who:-nobody was seen to block it}'}" >&2
    exit "$code"
  fi
  wait=$(awk -v a="$attempt" -v p="$pause" -v l="$longest" -v s="$$" 'BEGIN { srand(s + a); w = p * 2 ^ (a - 1); if (w > l) w = l; printf "%.1f", w * (0.5 + rand()) }')
  echo "[lock retry] Attempt $attempt of $attempts; locked: ${'${who:-nobody was seen to block it}'}; again in $wait s" >&2
  sleep "$wait"
  attempt=$((attempt + 1))
done
`;
