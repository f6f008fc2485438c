#!/bin/bash
# Every night at two: the database and the uploaded files, each checked by reading it back; 14 nights are kept.
# `backup.sh once` makes one now. Restore: pg_restore --clean --if-exists --no-owner -d ADDRESS database-….dump
set -euo pipefail

backup() {
    local stamp; stamp=$(date +%Y%m%d-%H%M%S)
    pg_dump --format=custom --no-owner --file "$BACKUPS/database-$stamp.part" "$OWNER_URL"
    pg_restore --list "$BACKUPS/database-$stamp.part" > /dev/null
    mv "$BACKUPS/database-$stamp.part" "$BACKUPS/database-$stamp.dump"
    if [ -d "${FILES:-/files}/media" ]; then
        tar -C "${FILES:-/files}" -czf "$BACKUPS/files-$stamp.part" media
        mv "$BACKUPS/files-$stamp.part" "$BACKUPS/files-$stamp.tar.gz"
    fi
    find "$BACKUPS" -type f -mtime +14 -delete
    echo "backup $stamp done"
}

if [ "${1:-}" = once ]; then
    backup
    exit
fi
while true; do
    sleep $(( ( $(date -d 'tomorrow 02:00' +%s) - $(date +%s) ) ))
    backup || echo "backup failed" >&2
done
