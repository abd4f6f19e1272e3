"""Reads a JSON list of texts, and prints what PyYAML makes of each: {"value": ...}, {"error": ...} or {"odd": true}."""
import base64
import datetime
import json
import math
import sys

import yaml

LOADERS = {"libyaml": getattr(yaml, "CSafeLoader", None), "python": yaml.SafeLoader}


class OddKey(Exception):
    """A key that JavaScript calls otherwise."""


def name_of(key):
    if key is None or isinstance(key, bool):
        return json.dumps(key)
    if isinstance(key, (int, float)):
        # Represented as they are written, or rounded.
        if abs(key) > 2**53 or not math.isfinite(key):
            raise OddKey()
        return str(int(key) if key == int(key) else key)
    return str(plain_of(key))


def plain_of(value):
    """As JavaScript has it."""
    if isinstance(value, dict):
        return {name_of(key): plain_of(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_of(item) for item in value]
    if isinstance(value, set):
        return [name_of(item) for item in value]
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc)
        return value.strftime("%04d-%%m-%%dT%%H:%%M:%%S.%03dZ" % (value.year, value.microsecond // 1000))
    if isinstance(value, datetime.date):
        return "%04d-%02d-%02dT00:00:00.000Z" % (value.year, value.month, value.day)
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53:
        return "large" if abs(value) < 10**308 else "inf" if value > 0 else "-inf"
    return value


def outcome_of(text, loader):
    try:
        value = yaml.load(text, Loader=loader)
        return {"value": plain_of(value), "isMapping": isinstance(value, dict)}
    except (RecursionError, OddKey):
        return {"odd": True}
    except Exception as error:
        return {"error": type(error).__name__ + ": " + str(error)}


request = json.load(sys.stdin)
loader = LOADERS[request["loader"]]
if loader is None:
    sys.exit("this python3-yaml is without libyaml")
json.dump([outcome_of(text, loader) for text in request["texts"]], sys.stdout)
