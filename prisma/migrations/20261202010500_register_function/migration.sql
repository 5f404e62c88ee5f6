-- Prisma knows nothing of what stands here. The first login of a WeChat user in one statement: its user, identity, session,
-- consent and audit events. No row is returned, and nothing is inserted, where the login needs more than that: the identity
-- is known by now, it leads to an account by its unionid, or it belonged to a banned account.
--
-- VOLATILE, so that each statement sees what other transactions committed before the advisory locks were acquired: a single
-- statement would look with its snapshot from before.
CREATE FUNCTION "register_wechat_user"(
    lock_keys text[], identity_app_id text, identity_openid text, identity_unionid text, shared_app_ids text[],
    banned_hashes bytea[], new_session_key bytea, new_session_key_id text, new_user_id uuid, new_nickname text,
    new_inviter_id uuid, login_at timestamptz, login_ip inet, new_session_id uuid, session_expires_at timestamptz,
    session_ends_at timestamptz, new_device_model text, new_device_system text, new_consent_id uuid, consent_event_id uuid,
    agreed_agreement text, agreed_privacy text, consent_method text, login_event_id uuid, login_data jsonb
) RETURNS SETOF "users" LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    lock_key text;
BEGIN
    -- In the order of the caller, which is that of `acquireAdvisoryLocks`.
    FOREACH lock_key IN ARRAY lock_keys LOOP
        PERFORM pg_advisory_xact_lock(hashtextextended(lock_key, 0));
    END LOOP;

    IF EXISTS (SELECT FROM "wechat_identities" WHERE "app_id" = identity_app_id AND "openid" = identity_openid) THEN
        RETURN;
    END IF;
    IF identity_unionid IS NOT NULL AND EXISTS (
        SELECT FROM "wechat_identities" WHERE "unionid" = identity_unionid AND "app_id" = ANY(shared_app_ids)
    ) THEN
        RETURN;
    END IF;
    IF EXISTS (
        SELECT FROM "banned_identities"
        WHERE "hash" = ANY(banned_hashes) AND ("until" IS NULL OR "until" > login_at)
    ) THEN
        RETURN;
    END IF;

    RETURN QUERY
        INSERT INTO "users" ("id", "nickname", "inviter_id", "registered_at", "last_login_at", "last_login_ip",
            "consent_since", "agreement_version", "privacy_version")
        VALUES (new_user_id, new_nickname,
            (SELECT "id" FROM "users" WHERE "id" = new_inviter_id AND "status" <> 'deleted'),
            login_at, login_at, login_ip, login_at, agreed_agreement, agreed_privacy)
        RETURNING *;
    INSERT INTO "wechat_identities" ("app_id", "openid", "unionid", "user_id", "session_key_encrypted", "session_key_id",
        "session_key_updated_at", "created_at")
    VALUES (identity_app_id, identity_openid, identity_unionid, new_user_id, new_session_key, new_session_key_id,
        login_at, login_at);
    INSERT INTO "consents" ("id", "user_id", "agreement_version", "privacy_version", "method", "app_id", "created_at")
    VALUES (new_consent_id, new_user_id, agreed_agreement, agreed_privacy, consent_method, identity_app_id, login_at);
    INSERT INTO "sessions" ("id", "user_id", "app_id", "openid", "refreshed_at", "expires_at", "ends_at", "created_at",
        "ip", "device_model", "device_system")
    VALUES (new_session_id, new_user_id, identity_app_id, identity_openid, login_at, session_expires_at,
        session_ends_at, login_at, login_ip, new_device_model, new_device_system);
    INSERT INTO "audit_events" ("id", "type", "at", "user_id", "session_id", "ip", "app_id", "data")
    VALUES
        (consent_event_id, 'consent_given', login_at, new_user_id, new_session_id, login_ip, identity_app_id,
            jsonb_build_object('agreementVersion', agreed_agreement, 'privacyVersion', agreed_privacy,
                'method', consent_method)),
        (login_event_id, 'login', login_at, new_user_id, new_session_id, login_ip, identity_app_id, login_data);
END
$$;
