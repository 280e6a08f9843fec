#!/usr/bin/env bash
# Watches a Chatalot server from cron and mails once when something goes wrong and once when it is well again.
set -u

usage() {
  cat <<'TEXT'
Usage: watch-chatalot.sh [--help]

Looks at the server's health, the disk of its data and the age of the last good backup. Each of them gets one mail when it
goes wrong and one when it is well again; in between a state file remembers. Exit code 0: all is well, 1: something is not.

Variables, with their defaults:
  HEALTH_URL        http://localhost:8080/api/health
  ALERT_EMAIL       admin@example.com
  DATA_PATH         /var/lib/chatalot            whose disk is watched; the backups are in it
  STATE_FILE        $DATA_PATH/.watch-state
  DISK_PERCENT      90                           more than this is a warning
  BACKUP_MAX_HOURS  26                           0: do not look at backups

Cron: */5 * * * * ALERT_EMAIL=you@example.com /path/to/watch-chatalot.sh
TEXT
}

[ "${1:-}" != --help ] && [ "${1:-}" != -h ] || { usage; exit 0; }
[ $# -eq 0 ] || { usage >&2; exit 2; }

HEALTH_URL="${HEALTH_URL:-http://localhost:8080/api/health}"
ALERT_EMAIL="${ALERT_EMAIL:-admin@example.com}"
DATA_PATH="${DATA_PATH:-/var/lib/chatalot}"
STATE_FILE="${STATE_FILE:-$DATA_PATH/.watch-state}"
DISK_PERCENT="${DISK_PERCENT:-90}"
BACKUP_MAX_HOURS="${BACKUP_MAX_HOURS:-26}"

bad=0
new_state=""

# report NAME PROBLEM: an empty problem means that all is well. Mails on a change only.
report() {
  local name="$1" problem="$2" before=ok
  grep -qsx "$name" "$STATE_FILE" && before=bad
  if [ -n "$problem" ]; then
    bad=1
    new_state+="$name"$'\n'
    [ "$before" = bad ] || printf '%s\n' "$problem" | mail -s "[ALERT] Chatalot: $name" "$ALERT_EMAIL"
  elif [ "$before" = bad ]; then
    printf '%s is well again.\n' "$name" | mail -s "[OK] Chatalot: $name" "$ALERT_EMAIL"
  fi
}

health_problem() {
  local answer code body
  answer=$(curl -s --max-time 10 -w '\n%{http_code}' "$HEALTH_URL" 2>/dev/null)
  code="${answer##*$'\n'}" body="${answer%$'\n'*}"
  if [ "$code" = 200 ] && [[ "$body" == *'"status":"ok"'* ]]; then
    return
  elif [ "$code" = 503 ]; then
    echo "The server answers, but its database cannot be reached (HTTP 503): $body"
  else
    echo "The server does not answer as it should (HTTP $code)."
  fi
}

disk_problem() {
  local used
  used=$(df -P "$DATA_PATH" 2>/dev/null | awk 'NR==2 {print $5}' | tr -d '%')
  if [ -z "$used" ]; then
    echo "The disk of $DATA_PATH cannot be looked at."
  elif [ "$used" -gt "$DISK_PERCENT" ]; then
    echo "The disk of $DATA_PATH is ${used}% full."
  fi
}

backup_problem() {
  local marker="$DATA_PATH/backups/last-good-backup"
  if [ "$BACKUP_MAX_HOURS" -eq 0 ]; then
    return
  elif [ ! -e "$marker" ]; then
    echo "There is no backup yet; make one with: chatalot-server backup create"
  elif [ -n "$(find "$marker" -mmin "+$((BACKUP_MAX_HOURS * 60))")" ]; then
    echo "The last good backup is older than $BACKUP_MAX_HOURS hours."
  fi
}

report health "$(health_problem)"
report disk "$(disk_problem)"
report backup "$(backup_problem)"
printf '%s' "$new_state" >"$STATE_FILE.new" && mv "$STATE_FILE.new" "$STATE_FILE"
exit "$bad"
