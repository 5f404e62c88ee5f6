-- CreateIndex
CREATE INDEX "wechat_identities_openid_idx" ON "wechat_identities"("openid");
