#!/usr/bin/env bash
# The monitoring guide's script: mails when the server or its database is down, or the disk is nearly full.
# Cron: */5 * * * * /path/to/check-chatalot.sh
# watch-chatalot.sh beside it does more: one mail an outage, one at its end, age of the last backup.

HEALTH_URL="${HEALTH_URL:-http://localhost:8080/api/health}"
ALERT_EMAIL="${ALERT_EMAIL:-admin@example.com}"
DISK_PATH="${DISK_PATH:-/var/lib/docker}"

# Check health endpoint
RESPONSE=$(curl -sf --max-time 10 -w '%{http_code}' "$HEALTH_URL" 2>/dev/null)
HTTP_CODE="${RESPONSE: -3}"

if [ "$HTTP_CODE" != "200" ]; then
    echo "Chatalot health check failed (HTTP $HTTP_CODE)" | \
        mail -s "[ALERT] Chatalot down" "$ALERT_EMAIL"
    exit 1
fi

# Check disk usage (alert at 90%)
DISK_USAGE=$(df -h "$DISK_PATH" | awk 'NR==2 {print $5}' | tr -d '%')
if [ "$DISK_USAGE" -gt 90 ]; then
    echo "Disk usage at ${DISK_USAGE}%" | \
        mail -s "[WARNING] Chatalot disk usage high" "$ALERT_EMAIL"
fi
