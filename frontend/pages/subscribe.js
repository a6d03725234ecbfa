// A form that registers this very browser for web push: before it is sent, the browser is
// subscribed with the key that `data-public-key` holds, and the control takes what it
// gives. `data-device` takes the browser's own name.

import { ask, deviceId } from "../site/carillon.js";
import { forget, refuse } from "./refusal.js";

/** Served by Carillon itself, for its own pages. */
const WORKER = "/web/carillon-sw.js";

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const control = form.querySelector("[data-public-key]");
    if (control && !control.value) {
      event.preventDefault();
      event.stopImmediatePropagation();
      fill(form, control, event.submitter);
    }
  },
  true,
);

async function fill(form, control, submitter) {
  forget(form);
  submitter?.setAttribute("aria-busy", "true");
  try {
    const publicKey = control.dataset.publicKey;
    const subscription = await ask({ publicKey, worker: WORKER });
    control.value = JSON.stringify(subscription.toJSON());
    form.querySelector("[data-device]").value = deviceId();
  } catch (error) {
    const detail = `This browser could not be subscribed. ${error.message}`;
    refuse(form, { kind: "invalid", detail });
    return;
  } finally {
    submitter?.removeAttribute("aria-busy");
  }
  form.requestSubmit(submitter);
}
