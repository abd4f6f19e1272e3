"""Reads a JSON list of [kind, text] and prints, for each one, why Debian's LAVA rejects it; null if it accepts it.

Kinds: `device` (a rendered configuration, for the scheduler), `submission` (a job to submit) and `validate` (a
job for `jobs validate`).
"""
import json
import sys

import yaml
from django.conf import settings

settings.configure(EXTRA_CONTEXT_VARIABLES=[])

from lava_common.schemas import validate  # noqa: E402
from lava_scheduler_app.schema import validate_device, validate_submission  # noqa: E402

CHECKS = {
    "device": validate_device,
    "submission": validate_submission,
    "validate": lambda data: validate(data, strict=False),
}


def refusal(kind, text):
    try:
        CHECKS[kind](yaml.load(text, Loader=yaml.CSafeLoader))
        return None
    except Exception as error:
        return f"{type(error).__name__}: {error}"


json.dump([refusal(kind, text) for kind, text in json.load(sys.stdin)], sys.stdout)
