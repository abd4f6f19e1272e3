"""Renders device dictionaries with CPython's Jinja2, set up as LAVA sets it up, and checks them with LAVA's schema.

Standard input: {"files": {name: text}, "dictionaries": [name], "context": {...}}.
Standard output: {name: {"text": rendered} or {"error": message}}; with --schema each has "schema": null or a message.
"""
import json
import sys

import jinja2.sandbox
import yaml


def schema_check():
    """LAVA's own device schema (lava_scheduler_app), which needs Django settings but no database."""
    import django
    from django.conf import settings

    settings.configure(EXTRA_CONTEXT_VARIABLES=[], INSTALLED_APPS=[])
    django.setup()
    from lava_scheduler_app.schema import SubmissionException, validate_device, validate_submission

    def check(text, is_job):
        try:
            (validate_submission if is_job else validate_device)(yaml.safe_load(text))
        except SubmissionException as error:
            return str(error)
        return None

    return check


def main():
    request = json.load(sys.stdin)
    check = schema_check() if "--schema" in sys.argv else None
    environment = jinja2.sandbox.SandboxedEnvironment(
        loader=jinja2.DictLoader(request["files"]), trim_blocks=True, autoescape=False
    )
    answer = {}
    for name in request.get("dictionaries", []):
        try:
            text = environment.get_template(name).render(**request.get("context", {}))
        except jinja2.TemplateError as error:
            answer[name] = {"error": f"{type(error).__name__}: {error}"}
            continue
        answer[name] = {"text": text}
        if check:
            answer[name]["schema"] = check(text, False)
    for name, text in request.get("jobs", {}).items():
        answer[name] = {"schema": check(text, True)}
    json.dump(answer, sys.stdout)


main()
