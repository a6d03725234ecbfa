"""Segment's library for Python says six things and one about nobody in particular.

python library.py URL KEY
"""

import sys

from segment.analytics.client import Client

url, key = sys.argv[1:]
failures = []
analytics = Client(
    key,
    host=url,
    gzip=True,
    # In one batch, however slowly it is said.
    upload_interval=3,
    on_error=lambda error, items: failures.append(error),
)

analytics.track(anonymous_id="visitor", event="Visited")
analytics.identify("ada", {"firstName": "Ada", "email": "ada@example.org"})
analytics.group("ada", "g-1", {"name": "Engines"})
analytics.track("ada", "Order Placed", {"total": 12.5})
analytics.page("ada", "Shop", "Home", {"path": "/"})
analytics.screen("ada", None, "Cart")
analytics.alias("visitor", "ada")
analytics.shutdown()
if failures:
    sys.exit(f"not sent: {failures}")
