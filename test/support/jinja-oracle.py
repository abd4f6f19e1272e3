"""Renders templates with Debian's Jinja2 as LAVA sets it up: a batch of cases a line in, their outcomes a line out."""
import json
import resource
import shlex
import signal
import sys

import yaml
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader
from jinja2.sandbox import SandboxedEnvironment

# CPython does not limit templates, and some generated ones need more resources than a machine has.
MEMORY_BYTES = 1 << 30
SECONDS_A_CASE = 5


class TooMuch(Exception):
    pass


def stop(signum, frame):
    raise TooMuch("too slow")


resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
signal.signal(signal.SIGALRM, stop)
cached = {}


def yaml_quote(obj):
    text = yaml.dump(
        obj, Dumper=yaml.CSafeDumper, default_style='"', default_flow_style=True, explicit_start=True, width=2**31 - 1
    )
    return text.removeprefix("--- ").removesuffix("\n")


def qemu_guest_fs_interface(arch, guestfs_interface):
    return guestfs_interface or ("ide" if arch in ("amd64", "x86_64", "i386") else "virtio")


def environment(case):
    directory = case.get("directory")
    loader = DictLoader(case["templates"])
    if directory is not None:
        if directory not in cached:
            cached[directory] = FileSystemLoader(directory)
        loader = ChoiceLoader([loader, cached[directory]])
    env = SandboxedEnvironment(loader=loader, autoescape=False, trim_blocks=True, cache_size=-1)
    # LAVA's own, as of 2026.07.
    env.filters["shlex_quote"] = shlex.quote
    env.filters["yaml_quote"] = yaml_quote
    env.filters["qemu_guest_fs_interface"] = qemu_guest_fs_interface
    return env


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
