-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "used_issued_at" TIMESTAMPTZ(3),
ADD COLUMN     "previous_used_repeat" INTEGER,
ADD COLUMN     "previous_used_issued_at" TIMESTAMPTZ(3);
