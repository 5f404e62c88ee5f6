-- CreateEnum
CREATE TYPE "gender" AS ENUM ('male', 'female');

-- CreateEnum
CREATE TYPE "role" AS ENUM ('user', 'admin');

-- CreateEnum
CREATE TYPE "user_status" AS ENUM ('active', 'banned', 'deleted');

-- CreateEnum
CREATE TYPE "revoked_reason" AS ENUM ('logout', 'logout_all', 'device_removed', 'session_limit', 'banned', 'revoked_by_admin', 'refresh_token_reused', 'password_changed', 'wechat_unbound', 'phone_reclaimed', 'merged', 'deleted', 'login_method_changed');

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "nickname" TEXT COLLATE "C",
    "avatar_key" TEXT,
    "gender" "gender",
    "birthday" DATE,
    "phone_masked" TEXT,
    "username" TEXT COLLATE "C",
    "role" "role" NOT NULL DEFAULT 'user',
    "level" INTEGER NOT NULL DEFAULT 0,
    "status" "user_status" NOT NULL DEFAULT 'active',
    "banned_reason" TEXT,
    "banned_until" TIMESTAMPTZ(3),
    "nickname_unchecked" BOOLEAN NOT NULL DEFAULT false,
    "inviter_id" UUID,
    "token_version" INTEGER NOT NULL DEFAULT 0,
    "registered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_login_at" TIMESTAMPTZ(3) NOT NULL,
    "last_login_ip" INET NOT NULL,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "wechat_identities" (
    "app_id" TEXT NOT NULL,
    "openid" TEXT NOT NULL,
    "unionid" TEXT,
    "user_id" UUID NOT NULL,
    "session_key_encrypted" BYTEA NOT NULL,
    "session_key_id" TEXT NOT NULL,
    "session_key_updated_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "wechat_identities_pkey" PRIMARY KEY ("app_id","openid")
);

-- CreateTable
CREATE TABLE "phones" (
    "user_id" UUID NOT NULL,
    "hash" BYTEA NOT NULL,
    "number_encrypted" BYTEA NOT NULL,
    "key_id" TEXT NOT NULL,
    "bound_at" TIMESTAMPTZ(3) NOT NULL,
    "verified_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "phones_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "passwords" (
    "user_id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "passwords_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "merge_tickets" (
    "id" UUID NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "user_id" UUID NOT NULL,
    "other_user_id" UUID NOT NULL,
    "app_id" TEXT,
    "openid" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "merge_tickets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "banned_identities" (
    "hash" BYTEA NOT NULL,
    "key_id" TEXT NOT NULL,
    "reason" TEXT,
    "until" TIMESTAMPTZ(3),

    CONSTRAINT "banned_identities_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "avatar_checks" (
    "trace_id" TEXT NOT NULL,
    "app_id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "avatar_key" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "avatar_checks_pkey" PRIMARY KEY ("trace_id")
);

-- CreateTable
CREATE TABLE "wechat_messages" (
    "hash" BYTEA NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "wechat_messages_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "jobs" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "run_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "dead_at" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "jobs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "app_id" TEXT,
    "openid" TEXT,
    "refresh_counter" INTEGER NOT NULL DEFAULT 1,
    "refreshed_at" TIMESTAMPTZ(3) NOT NULL,
    "reissued_counter" INTEGER NOT NULL DEFAULT 0,
    "repeats" INTEGER NOT NULL DEFAULT 0,
    "repeated_at" TIMESTAMPTZ(3),
    "used_at" TIMESTAMPTZ(3),
    "used_repeat" INTEGER,
    "used_issued_at" TIMESTAMPTZ(3),
    "previous_used_repeat" INTEGER,
    "previous_used_issued_at" TIMESTAMPTZ(3),
    "raced_at" TIMESTAMPTZ(3),
    "raced_counter" INTEGER,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "ip" INET NOT NULL,
    "device_model" TEXT,
    "device_system" TEXT,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_reason" "revoked_reason",

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id")
);

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

-- CreateTable
CREATE TABLE "rejected_logins" (
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "network" INET NOT NULL,
    "app_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "rejected_logins_pkey" PRIMARY KEY ("hour","network","app_id","code")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_username_key" ON "users"("username");

-- CreateIndex
CREATE INDEX "users_inviter_id_idx" ON "users"("inviter_id");

-- CreateIndex
CREATE INDEX "users_avatar_key_idx" ON "users"("avatar_key");

-- CreateIndex
CREATE INDEX "users_nickname_idx" ON "users"("nickname");

-- CreateIndex
CREATE INDEX "wechat_identities_openid_idx" ON "wechat_identities"("openid");

-- CreateIndex
CREATE INDEX "wechat_identities_unionid_idx" ON "wechat_identities"("unionid");

-- CreateIndex
CREATE INDEX "wechat_identities_user_id_idx" ON "wechat_identities"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "phones_hash_key" ON "phones"("hash");

-- CreateIndex
CREATE INDEX "phones_key_id_idx" ON "phones"("key_id");

-- CreateIndex
CREATE INDEX "merge_tickets_expires_at_idx" ON "merge_tickets"("expires_at");

-- CreateIndex
CREATE INDEX "merge_tickets_user_id_idx" ON "merge_tickets"("user_id");

-- CreateIndex
CREATE INDEX "merge_tickets_other_user_id_idx" ON "merge_tickets"("other_user_id");

-- CreateIndex
CREATE INDEX "banned_identities_until_idx" ON "banned_identities"("until");

-- CreateIndex
CREATE INDEX "avatar_checks_asked_at_idx" ON "avatar_checks"("asked_at");

-- CreateIndex
CREATE INDEX "avatar_checks_user_id_idx" ON "avatar_checks"("user_id");

-- CreateIndex
CREATE INDEX "wechat_messages_received_at_idx" ON "wechat_messages"("received_at");

-- CreateIndex
CREATE INDEX "jobs_kind_dead_at_run_at_idx" ON "jobs"("kind", "dead_at", "run_at");

-- CreateIndex
CREATE INDEX "jobs_dead_at_idx" ON "jobs"("dead_at");

-- CreateIndex
CREATE INDEX "sessions_user_id_idx" ON "sessions"("user_id");

-- CreateIndex
CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

-- CreateIndex
CREATE INDEX "sessions_revoked_at_idx" ON "sessions"("revoked_at");

-- CreateIndex
CREATE INDEX "revocations_created_at_idx" ON "revocations"("created_at");

-- CreateIndex
CREATE INDEX "audit_events_user_id_id_idx" ON "audit_events"("user_id", "id");

-- CreateIndex
CREATE INDEX "audit_events_user_id_type_id_idx" ON "audit_events"("user_id", "type", "id");

-- CreateIndex
CREATE INDEX "audit_events_at_idx" ON "audit_events"("at");

-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_inviter_id_fkey" FOREIGN KEY ("inviter_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "wechat_identities" ADD CONSTRAINT "wechat_identities_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "phones" ADD CONSTRAINT "phones_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "passwords" ADD CONSTRAINT "passwords_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Below this line Prisma knows nothing of what stands here: triggers, and the collation "C" of the two columns of users
-- above. An index answers LIKE 'x%' only where text is compared byte by byte.

-- The audit log is append-only. Only retention deletes rows, and only a deletion or a merge of accounts changes any; each
-- of them says so.
CREATE FUNCTION "reject_audit_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('audit.retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND current_setting('audit.rewrite', true) = 'on' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit_events is append-only';
END
$$;
CREATE TRIGGER "audit_events_append_only" BEFORE UPDATE OR DELETE ON "audit_events"
    FOR EACH ROW EXECUTE FUNCTION "reject_audit_change"();
-- TRUNCATE fires no trigger of a row, and would empty the log unseen.
CREATE TRIGGER "audit_events_no_truncate" BEFORE TRUNCATE ON "audit_events"
    FOR EACH STATEMENT EXECUTE FUNCTION "reject_audit_change"();

-- A user who is deleted, by whatever means, takes their access tokens along: every instance reads it within a second.
CREATE FUNCTION "revoke_deleted_user"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "revocations" ("user_id", "minimum_token_version") VALUES (OLD."id", 2147483647);
    RETURN OLD;
END
$$;
CREATE TRIGGER "users_deleted" AFTER DELETE ON "users"
    FOR EACH ROW EXECUTE FUNCTION "revoke_deleted_user"();
