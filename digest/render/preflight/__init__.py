"""THE LAST LOOK: what is wrong with an issue before an editor approves it, and how to mend it."""

from digest.render.preflight.checks import EXAMPLE, House, preflight
from digest.render.preflight.findings import Finding, Severity, Waiver, with_waivers
from digest.render.preflight.headers import of_headers
from digest.render.preflight.issue import BODIES, preflight_issue
from digest.render.preflight.link_looks import links_of, of_link_looks, of_picture_looks, pictures_of
from digest.render.preflight.parts import FAIL_BYTES, WARN_BYTES
from digest.render.preflight.rates import of_rates

__all__ = [
    "BODIES",
    "EXAMPLE",
    "FAIL_BYTES",
    "WARN_BYTES",
    "Finding",
    "House",
    "Severity",
    "Waiver",
    "links_of",
    "of_headers",
    "of_link_looks",
    "of_picture_looks",
    "of_rates",
    "pictures_of",
    "preflight",
    "preflight_issue",
    "with_waivers",
]
