-- Runs once, when the PostgreSQL of compose.yaml starts with an empty volume, as its superuser. The role `owner` applies
-- migrations and owns the tables; the role `api` reads and writes rows, and can change nothing else: not the tables, and
-- not the triggers that keep the audit log.
\set ON_ERROR_STOP on
\getenv owner_password DATABASE_OWNER_PASSWORD
\getenv api_password DATABASE_API_PASSWORD
CREATE ROLE owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
CREATE ROLE api LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'api_password';
CREATE DATABASE api OWNER owner;
REVOKE ALL ON DATABASE api FROM PUBLIC;
GRANT CONNECT ON DATABASE api TO api;
\connect api
ALTER SCHEMA public OWNER TO owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO api;
ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO api;
ALTER DEFAULT PRIVILEGES FOR ROLE owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO api;
