"""Judges device configurations and jobs with the genuine schemas of a LAVA release.

Usage: genuine.py [ROOT]. ROOT is the root of an installed system, or a directory that contains `lava_common` and
`lava_scheduler_app`; by default, the LAVA that is installed on this machine. Each input line is a JSON list of [kind, text],
each output line the JSON list of the outcomes: null if LAVA accepts the text, otherwise why it rejects it.

Kinds: `device` (a rendered configuration, for the scheduler), `submission` (a job to submit), `validate` and `strict` (a
job for `jobs validate`, without and with `--strict`).
"""
import ast
import inspect
import json
import sys
from importlib.machinery import PathFinder
from pathlib import Path

GENUINE = ("lava_common", "lava_scheduler_app", "voluptuous")


class ReleaseFinder:
    """Finds the packages of the release, and everything else where this machine has it."""

    def __init__(self, directory):
        self.directory = directory

    def find_spec(self, name, path=None, target=None):
        return PathFinder.find_spec(name, [self.directory]) if name in GENUINE else None


if len(sys.argv) > 1:
    root = Path(sys.argv[1])
    installed = root / "usr/lib/python3/dist-packages"
    sys.meta_path.insert(0, ReleaseFinder(str(installed if installed.is_dir() else root)))

import yaml  # noqa: E402
from django.conf import settings  # noqa: E402

settings.configure(EXTRA_CONTEXT_VARIABLES=["extra_variable"])

from django.core.exceptions import ValidationError  # noqa: E402
from django.core.validators import validate_email  # noqa: E402
import lava_scheduler_app.schema as schema  # noqa: E402
from lava_common.schemas import validate  # noqa: E402


class AnyObject:
    """A table in which every row exists."""

    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self


class Absent(Exception):
    pass


def further_submission_checks():
    """The function `validate_yaml` of the release, over a database in which every user and query exists."""
    source = Path(inspect.getfile(schema)).with_name("dbutils.py").read_text()
    found = [node for node in ast.parse(source).body if getattr(node, "name", None) == "validate_yaml"]
    job_model, rows = AnyObject(), AnyObject()
    rows.DoesNotExist = Absent
    rows.content_type = AnyObject()
    rows.content_type.model_class = lambda: job_model
    recipient = AnyObject()
    recipient.EMAIL_STR = "email"
    recipient.LAVA_DEVICE_OWNER_STR = "{LAVA_DEVICE_OWNER}"
    scope = {
        "NotificationRecipient": recipient,
        "Query": rows,
        "SubmissionException": schema.SubmissionException,
        "TestJob": job_model,
        "User": rows,
        "ValidationError": ValidationError,
        "validate_email": validate_email,
    }
    exec(compile(ast.Module(body=found, type_ignores=[]), "dbutils.py", "exec"), scope)
    return scope["validate_yaml"]


validate_yaml = further_submission_checks()


def validate_submission(data):
    schema.validate_submission(data)
    validate_yaml(data)


CHECKS = {
    "device": schema.validate_device,
    "submission": validate_submission,
    "validate": lambda data: validate(data, strict=False, extra_context_variables=settings.EXTRA_CONTEXT_VARIABLES),
    "strict": lambda data: validate(data, strict=True, extra_context_variables=settings.EXTRA_CONTEXT_VARIABLES),
}


def refusal(kind, text):
    try:
        CHECKS[kind](yaml.load(text, Loader=yaml.CSafeLoader))
        return None
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for line in sys.stdin:
    sys.stdout.write(json.dumps([refusal(kind, text) for kind, text in json.loads(line)]) + "\n")
    sys.stdout.flush()
