// What all pages do in the browser. The server writes the pages; each of these modules
// adds one behaviour to whatever carries its data attributes, now or later: they listen
// on the document, so that content that is put in place needs nothing more.

import "./call.js";
import "./copy.js";
import "./dialog.js";
import "./early.js";
import "./file.js";
import "./list.js";
import "./live.js";
import "./menu.js";
import "./one.js";
import "./palette.js";
import "./rows.js";
import "./say.js";
import "./search.js";
import "./slug.js";
import "./subscribe.js";
import "./theme.js";
import "./time.js";
import "./upload.js";

// A page with an editor is ready when its module has started.
if (!document.getElementById("editor-data")) {
  document.documentElement.dataset.ready = "";
}
