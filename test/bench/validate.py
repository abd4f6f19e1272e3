"""The peer of validate.ts: renders dictionaries of a lab as LAVA does and reads them with PyYAML; prints ms for each."""
import json
import os
import sys
import time

import yaml
from jinja2 import FileSystemLoader
from jinja2.sandbox import SandboxedEnvironment

lab, count, slow_count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
directories = [os.path.join(lab, name) for name in ("device-dictionaries", "device-types")]
environment = SandboxedEnvironment(
    loader=FileSystemLoader(directories), trim_blocks=True, autoescape=False, cache_size=-1
)
# Looked up when a template is compiled; no dictionary of this lab sets it.
environment.filters["yaml_quote"] = json.dumps
names = sorted(os.listdir(directories[0]))[:count]


def cpu_ms(work):
    start = time.process_time()
    result = work()
    return result, (time.process_time() - start) * 1000


texts, render_ms = cpu_ms(lambda: [environment.get_template(name).render() for name in names])
_, libyaml_ms = cpu_ms(lambda: [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts])
_, python_ms = cpu_ms(lambda: [yaml.load(text, Loader=yaml.SafeLoader) for text in texts[:slow_count]])
figures = {"render": render_ms / count, "libyaml": libyaml_ms / count, "python": python_ms / slow_count}
json.dump(figures, sys.stdout)
