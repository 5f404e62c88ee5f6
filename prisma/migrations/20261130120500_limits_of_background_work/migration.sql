-- AlterTable
ALTER TABLE "jobs" ADD COLUMN     "dead_at" TIMESTAMPTZ(3),
ADD COLUMN     "error" TEXT;

-- DropIndex
DROP INDEX "jobs_run_at_idx";

-- CreateIndex
CREATE INDEX "jobs_kind_dead_at_run_at_idx" ON "jobs"("kind", "dead_at", "run_at");

-- CreateIndex
CREATE INDEX "jobs_dead_at_idx" ON "jobs"("dead_at");

-- CreateIndex
CREATE INDEX "audit_events_user_id_type_id_idx" ON "audit_events"("user_id", "type", "id");

-- CreateTable
CREATE TABLE "rejected_logins" (
    "hour" TIMESTAMPTZ(3) NOT NULL,
    "network" INET NOT NULL,
    "app_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "count" INTEGER NOT NULL,

    CONSTRAINT "rejected_logins_pkey" PRIMARY KEY ("hour","network","app_id","code")
);
