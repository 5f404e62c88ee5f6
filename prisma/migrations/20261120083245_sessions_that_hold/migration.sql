-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "revoked_reason" ADD VALUE 'logout_all';
ALTER TYPE "revoked_reason" ADD VALUE 'device_removed';
ALTER TYPE "revoked_reason" ADD VALUE 'session_limit';
ALTER TYPE "revoked_reason" ADD VALUE 'banned';
ALTER TYPE "revoked_reason" ADD VALUE 'revoked_by_admin';

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "banned_reason" TEXT,
ADD COLUMN     "banned_until" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "revocations" (
    "id" BIGSERIAL NOT NULL,
    "session_id" UUID,
    "user_id" UUID,
    "minimum_token_version" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "revocations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_events" (
    "id" UUID NOT NULL,
    "type" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "user_id" UUID,
    "actor_id" UUID,
    "session_id" UUID,
    "ip" INET,
    "app_id" TEXT,
    "code" TEXT,
    "data" JSONB,

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "revocations_created_at_idx" ON "revocations"("created_at");

-- CreateIndex
CREATE INDEX "audit_events_user_id_id_idx" ON "audit_events"("user_id", "id");

-- CreateIndex
CREATE INDEX "audit_events_at_idx" ON "audit_events"("at");

-- An index answers LIKE 'x%' only where text is compared byte by byte.
ALTER TABLE "users" ALTER COLUMN "nickname" TYPE TEXT COLLATE "C", ALTER COLUMN "username" TYPE TEXT COLLATE "C";

-- CreateIndex
CREATE INDEX "users_nickname_idx" ON "users"("nickname");

-- The audit log is append-only: nobody changes a row, and only the retention, which says so, deletes any.
CREATE FUNCTION "refuse_audit_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('audit.retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit_events is append-only';
END
$$;
CREATE TRIGGER "audit_events_append_only" BEFORE UPDATE OR DELETE ON "audit_events"
    FOR EACH ROW EXECUTE FUNCTION "refuse_audit_change"();
