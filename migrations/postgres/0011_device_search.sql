-- Devices by a part of their push token, and their list narrowed to an app, a
-- channel or a state.

-- By the last six characters, before what closes a browser's subscription.
CREATE INDEX device_bindings_token_end ON device_bindings (substr(rtrim(token, '"}'), length(rtrim(token, '"}')) - 5, 6), id);
-- By the first twelve, of APNs and FCM: other services' tokens all begin alike.
CREATE INDEX device_bindings_token_start ON device_bindings (substr(token, 1, 12), id) WHERE channel < 2;
CREATE INDEX device_bindings_app ON device_bindings (app_id, channel, id);
CREATE INDEX device_bindings_state ON device_bindings (state, app_id, channel, id) WHERE state <> 0;
