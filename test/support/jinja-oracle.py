"""Renders templates with Debian's Jinja2 as LAVA sets it up: a batch of cases a line in, their outcomes a line out."""
import json
import resource
import signal
import sys

from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from jinja2.sandbox import SandboxedEnvironment

# CPython sets a template no limits, and some that are generated want more than a machine has.
MEMORY_BYTES = 1 << 30
SECONDS_A_CASE = 5


class TooMuch(Exception):
    pass


def stop(signum, frame):
    raise TooMuch("too slow")


resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
signal.signal(signal.SIGALRM, stop)
cached = {}


def environment(case):
    directory = case.get("directory")
    loaders = [DictLoader(case["templates"])]
    if directory is None:
        return SandboxedEnvironment(loader=loaders[0], autoescape=False, trim_blocks=True)
    if directory not in cached:
        cached[directory] = FileSystemLoader(directory)
    loaders.append(cached[directory])
    return SandboxedEnvironment(loader=ChoiceLoader(loaders), autoescape=False, trim_blocks=True, cache_size=-1)


def outcome(case, env):
    signal.alarm(SECONDS_A_CASE)
    try:
        return {"text": env.get_template(case["name"]).render(**case["context"])}
    except MemoryError:
        return {"error": "TooMuch", "message": "too large"}
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error)}
    finally:
        signal.alarm(0)


for line in sys.stdin:
    batch = json.loads(line)
    shared = environment(batch["shared"]) if "shared" in batch else None
    results = [outcome(case, shared or environment(case)) for case in batch["cases"]]
    sys.stdout.write(json.dumps(results) + "\n")
    sys.stdout.flush()
