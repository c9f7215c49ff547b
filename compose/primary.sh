#!/bin/bash
# Run once, by the image of PostgreSQL, when the primary's volume is empty: the roles, the database
# and a slot for each replica.
set -euo pipefail

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres --dbname postgres \
    --set application="$APPLICATION_PASSWORD" --set replication="$REPLICATION_PASSWORD" <<'SQL'
CREATE ROLE cinema LOGIN PASSWORD :'application';
CREATE ROLE replicator LOGIN REPLICATION PASSWORD :'replication';
GRANT pg_monitor TO cinema;
CREATE DATABASE cinema OWNER cinema;
SELECT pg_create_physical_replication_slot(name, true) FROM unnest(ARRAY['replica1', 'replica2']) AS name;
-- Here and not on the command line: there it would hold already now, and no standby runs yet.
ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (replica1, replica2)';
SQL
echo "host replication replicator all scram-sha-256" >>"$PGDATA/pg_hba.conf"
