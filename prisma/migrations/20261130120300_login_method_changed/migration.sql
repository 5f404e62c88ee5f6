-- Why sessions end when a WeChat account or a phone number is added, changed or removed.
ALTER TYPE "revoked_reason" ADD VALUE 'login_method_changed';
