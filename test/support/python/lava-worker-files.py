"""What LAVA's worker does with the files of a worker: reads [[kind, text], ...] from stdin, prints for each null or why a
job would fail. Uses the worker's own code, as installed by Debian's lava-dispatcher."""
import json
import os
import re
import sys
from types import SimpleNamespace

from lava_common.compat import yaml_safe_load
from lava_dispatcher.actions.deploy.environment import DeployDeviceEnvironment
from lava_dispatcher.actions.test import docker
from lava_dispatcher.utils.network import dispatcher_ip
from lava_dispatcher.worker import create_environ, get_prefix


def use_env(text):
    # What subprocess.Popen requires of an environment.
    for name, value in create_environ(text).items():
        if b"=" in os.fsencode(name) or b"\0" in os.fsencode(name) + os.fsencode(value):
            raise ValueError("illegal environment variable")


def use_env_dut(text):
    action = DeployDeviceEnvironment()
    action.env = text
    if text:
        action._create_environment()


def use_dispatcher(text):
    config = yaml_safe_load(text)
    if config is not None and not isinstance(config, dict):
        raise ValueError("LAVA ignores the whole file")
    config = config or {}
    get_prefix(config) + "1"
    if "dispatcher_ip" in config and not isinstance(dispatcher_ip(config), str):
        raise ValueError("not an address")
    # TFTP's address is only used by installers.
    for protocol in ("http", "nfs"):
        key = "dispatcher_%s_ip" % protocol
        if key in config and not isinstance(dispatcher_ip(config, protocol), str):
            raise ValueError("not an address")
    cache = config.get("http_url_format_string", "")
    if cache:
        cache % "quoted"
    # Read since 2025.10.
    for key in ("http_cache_include_rules", "http_cache_exclude_rules"):
        for rule in config.get(key, []) or []:
            re.search(rule, "http://example.org")
    if "lxc_path" in config:
        os.path.join(config["lxc_path"], "name")
    if "tftp_size_limit" in config:
        1 >= config["tftp_size_limit"]
    docker.TestShellAction.validate = lambda self: None
    action = docker.DockerTestShell()
    action.job = SimpleNamespace(parameters={"dispatcher": config})
    action.validate()
    if action.errors:
        raise ValueError(action.errors)


def use(kind, text):
    try:
        {"env": use_env, "env-dut": use_env_dut, "dispatcher": use_dispatcher}[kind](text)
    except Exception as exc:
        return "%s: %s" % (type(exc).__name__, exc)
    return None


print(json.dumps([use(kind, text) for kind, text in json.load(sys.stdin)]))
