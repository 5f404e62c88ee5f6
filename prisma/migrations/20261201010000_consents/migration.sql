-- AlterTable
ALTER TABLE "users" ADD COLUMN     "agreement_version" TEXT COLLATE "C",
ADD COLUMN     "consent_since" TIMESTAMPTZ(3),
ADD COLUMN     "privacy_version" TEXT COLLATE "C";

-- CreateTable
CREATE TABLE "consents" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "agreement_version" TEXT,
    "privacy_version" TEXT,
    "method" TEXT NOT NULL,
    "app_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "account_deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "consents_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "consents_user_id_idx" ON "consents"("user_id");

-- CreateIndex
CREATE INDEX "consents_account_deleted_at_idx" ON "consents"("account_deleted_at");

-- Below this line Prisma knows nothing of what stands here. Consents are append-only as the audit log is, by the same
-- function: only retention deletes rows, and only a deletion or a merge of accounts changes any.
CREATE OR REPLACE FUNCTION "reject_audit_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('audit.retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND current_setting('audit.rewrite', true) = 'on' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER "consents_append_only" BEFORE UPDATE OR DELETE ON "consents"
    FOR EACH ROW EXECUTE FUNCTION "reject_audit_change"();
CREATE TRIGGER "consents_no_truncate" BEFORE TRUNCATE ON "consents"
    FOR EACH STATEMENT EXECUTE FUNCTION "reject_audit_change"();
