"""CPython's Jinja2 on the templates that render.ts hands over: the first pass, then warm passes."""
import json
import sys
import time

from jinja2 import DictLoader
from jinja2.sandbox import SandboxedEnvironment

work = json.load(sys.stdin)
env = SandboxedEnvironment(
    loader=DictLoader(work["templates"]), autoescape=False, trim_blocks=True, cache_size=-1, auto_reload=False
)


def one_pass():
    for name in work["names"]:
        env.get_template(name).render(**work["context"])


started = time.perf_counter()
one_pass()
cold = time.perf_counter() - started
one_pass()
started = time.perf_counter()
passes = 0
while time.perf_counter() - started < work["seconds"]:
    one_pass()
    passes += 1
warm = passes * len(work["names"]) / (time.perf_counter() - started)
json.dump({"coldMs": cold * 1000, "warmPerSecond": warm}, sys.stdout)
