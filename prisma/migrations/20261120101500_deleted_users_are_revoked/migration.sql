-- A user who is deleted, by whatever means, takes their access tokens along: every instance reads it within a second.
CREATE FUNCTION "revoke_deleted_user"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO "revocations" ("user_id", "minimum_token_version") VALUES (OLD."id", 2147483647);
    RETURN OLD;
END
$$;
CREATE TRIGGER "users_deleted" AFTER DELETE ON "users"
    FOR EACH ROW EXECUTE FUNCTION "revoke_deleted_user"();
