#!/bin/bash
# Run by the PostgreSQL image when its volume is empty: the two roles of the portal and its database.
set -euo pipefail
psql --username "${POSTGRES_USER:-postgres}" --dbname postgres --no-password \
    --set ON_ERROR_STOP=1 --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" <<'SQL'
CREATE ROLE portal_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE portal_app LOGIN PASSWORD :'app_password';
CREATE DATABASE portal OWNER portal_owner;
REVOKE ALL ON DATABASE portal FROM PUBLIC;
GRANT CONNECT ON DATABASE portal TO portal_owner, portal_app;
SQL
