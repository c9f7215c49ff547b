#!/bin/bash
# Starts a standby named $REPLICA of the server $PRIMARY. It copies the primary first when it has no
# copy yet, and again when it was away for so long that the primary has given up its slot.
set -euo pipefail

export PGPASSWORD="$REPLICATION_PASSWORD"
source="host=$PRIMARY user=replicator application_name=$REPLICA connect_timeout=5"

ask() { psql --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --set slot="$REPLICA" "$source dbname=postgres"; }

# Without an answer from the primary the copy that is here is good enough to be read.
slot_is_lost() {
    test "$(ask <<<"SELECT count(*) FROM pg_replication_slots WHERE slot_name = :'slot' AND wal_status <> 'lost'")" = 0
}

copy() {
    rm -rf "$PGDATA.unfinished"
    ask >/dev/null <<'SQL'
SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = :'slot';
SELECT pg_create_physical_replication_slot(:'slot', true);
SQL
    pg_basebackup --dbname "$source" --pgdata "$PGDATA.unfinished" --slot "$REPLICA" \
        --checkpoint fast --write-recovery-conf
    rm -rf "$PGDATA"
    mv "$PGDATA.unfinished" "$PGDATA"
}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    echo "Copying $PRIMARY"
    copy
elif slot_is_lost; then
    echo "$PRIMARY no longer keeps what this replica has yet to receive: copying it anew"
    copy
fi
unset PGPASSWORD
exec "$@"
