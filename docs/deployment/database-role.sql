-- The database role of the servers: it neither owns the tables nor is a superuser, so it cannot switch off the triggers that
-- keep the ledger append-only, nor empty or change a table's definition. Migrations run as the owner.
--
-- Run once on the product's own database, with psql, as a role that may create roles:
--   psql -v ON_ERROR_STOP=1 -v password="$APP_PASSWORD" -f docs/deployment/database-role.sql "$ADMIN_URL"
-- It takes the owner and the database to be named clipledger. Before the first migration or after it, both work.
-- In compose the file runs by itself when the database is made, and the password comes from the environment.
\if :{?password}
\else
\getenv password APP_PASSWORD
\endif

create role clipledger_app login nosuperuser nocreatedb nocreaterole nobypassrls password :'password';
grant connect on database clipledger to clipledger_app;

-- The queue's own schema; npm run migrate fills it.
create schema if not exists pgboss authorization clipledger;
grant usage on schema public, pgboss to clipledger_app;

-- What the owner makes from now on, and what there is already. No TRUNCATE, REFERENCES or TRIGGER.
alter default privileges for role clipledger in schema public grant select, insert, update, delete on tables to clipledger_app;
alter default privileges for role clipledger in schema pgboss grant select, insert, update, delete on tables to clipledger_app;
alter default privileges for role clipledger in schema pgboss grant usage, select on sequences to clipledger_app;
grant select, insert, update, delete on all tables in schema public, pgboss to clipledger_app;
grant usage, select on all sequences in schema public, pgboss to clipledger_app;
