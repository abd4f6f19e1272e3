"""Matches patterns with CPython's re. Input: a JSON list of [pattern, use, text]; output: a JSON list of results."""
import json
import re
import signal
import sys
import unicodedata
import warnings

warnings.simplefilter("ignore")
FLAGS = {"console": re.DOTALL, "lines": re.MULTILINE}


class TooLong(Exception):
    pass


def give_up(_signal, _frame):
    raise TooLong()


def match(pattern, use, text):
    # A character that only a newer Unicode has.
    if any(unicodedata.category(character) == "Cn" for character in text):
        return {"skipped": True}
    try:
        compiled = re.compile(pattern, FLAGS[use])
    except (re.error, OverflowError, RecursionError) as error:
        return {"error": str(error)}
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        # Not compiled.search: it skips places with a set that ignores the flags of groups (CPython 3.11).
        places = (compiled.match(text, place) for place in range(len(text) + 1))
        found = next((item for item in places if item is not None), None)
    except TooLong:
        return {"skipped": True}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if found is None:
        return {"match": None}
    return {"match": [found.start(), found.end(), *found.groups()]}


signal.signal(signal.SIGALRM, give_up)
json.dump([match(*case) for case in json.load(sys.stdin)], sys.stdout)
