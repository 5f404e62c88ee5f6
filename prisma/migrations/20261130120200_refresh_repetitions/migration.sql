-- AlterTable
ALTER TABLE "sessions" ADD COLUMN     "reissued_counter" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "repeats" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "repeated_at" TIMESTAMPTZ(3),
ADD COLUMN     "used_at" TIMESTAMPTZ(3),
ADD COLUMN     "used_repeat" INTEGER,
ADD COLUMN     "raced_at" TIMESTAMPTZ(3),
ADD COLUMN     "raced_counter" INTEGER;
