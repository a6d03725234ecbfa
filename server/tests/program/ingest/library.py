"""Segment's library for Python says six things and one about nobody in particular.

python library.py URL KEY
"""

import sys

import segment.analytics as analytics

analytics.host, analytics.write_key = sys.argv[1:]
analytics.gzip = True
failures = []
analytics.on_error = lambda error, items: failures.append(error)

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
