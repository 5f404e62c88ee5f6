-- The transaction of a row: other instances read from the oldest transaction that was still running at their last look.
ALTER TABLE "revocations" ADD COLUMN "transaction_id" xid8 NOT NULL DEFAULT pg_current_xact_id();

-- CreateIndex
CREATE INDEX "revocations_transaction_id_idx" ON "revocations"("transaction_id");
