-- CreateTable
CREATE TABLE "sealed_network_logs" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "user_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "type" TEXT NOT NULL,
    "ip" INET NOT NULL,

    CONSTRAINT "sealed_network_logs_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "sealed_network_logs_at_idx" ON "sealed_network_logs"("at");

-- CreateIndex
CREATE INDEX "users_last_login_at_idx" ON "users"("last_login_at");

-- Below this line Prisma knows nothing of what stands here.

-- Network logs of deleted accounts are stored for six months: not changed, and not deleted earlier.
CREATE FUNCTION "reject_sealed_log_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF current_setting('audit.retention', true) = 'on' AND OLD."at" < now() - interval '184 days' THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'sealed_network_logs stores rows for 184 days';
END
$$;
CREATE TRIGGER "sealed_network_logs_sealed" BEFORE UPDATE OR DELETE ON "sealed_network_logs"
    FOR EACH ROW EXECUTE FUNCTION "reject_sealed_log_change"();
CREATE TRIGGER "sealed_network_logs_no_truncate" BEFORE TRUNCATE ON "sealed_network_logs"
    FOR EACH STATEMENT EXECUTE FUNCTION "reject_sealed_log_change"();

-- A role that is not the owner, as the API's should be, writes rows and purges them by their time. It reads no user and no IP.
DO $$
DECLARE
    grantee text;
BEGIN
    FOR grantee IN
        SELECT DISTINCT CASE WHEN acl.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END
        FROM pg_class, aclexplode(pg_class.relacl) AS acl
        WHERE pg_class.oid = 'sealed_network_logs'::regclass AND acl.grantee <> pg_class.relowner
    LOOP
        EXECUTE format('REVOKE ALL ON "sealed_network_logs" FROM %s', grantee);
        IF grantee <> 'PUBLIC' THEN
            EXECUTE format('GRANT INSERT, DELETE, SELECT ("id", "at") ON "sealed_network_logs" TO %s', grantee);
        END IF;
    END LOOP;
END
$$;
