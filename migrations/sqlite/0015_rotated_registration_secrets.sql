-- A secret that was replaced signs on until it is retired, so that servers can
-- be given the new one meanwhile.
ALTER TABLE registration_secrets ADD COLUMN former_sealed BLOB;
ALTER TABLE registration_secrets ADD COLUMN former_at INTEGER;
