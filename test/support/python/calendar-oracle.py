"""Reads windows and instants as JSON lines; prints for each the open period and the next one, by Python's zoneinfo."""
import json
import sys
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def exists(wall, zone, fold):
    aware = wall.replace(tzinfo=zone, fold=fold)
    back = aware.astimezone(timezone.utc).astimezone(zone)
    return back.replace(tzinfo=None, fold=0) == wall


def change_after(wall, zone):
    """The first second whose wall time is not before one that does not exist."""
    low = int(wall.replace(tzinfo=timezone.utc).timestamp()) - 30 * 3600
    high = low + 60 * 3600
    while high - low > 1:
        middle = (low + high) // 2
        seen = datetime.fromtimestamp(middle, zone).replace(tzinfo=None)
        low, high = (middle, high) if seen < wall else (low, middle)
    return high


def instant(wall, zone, fold):
    if not exists(wall, zone, 0):
        return change_after(wall, zone)
    return int(wall.replace(tzinfo=zone, fold=fold).timestamp())


def period(window, day):
    zone = ZoneInfo(window["timeZone"])
    if DAYS[day.weekday()] not in window["days"]:
        return None
    start = datetime.combine(day, datetime.strptime(window["from"], "%H:%M").time())
    end = datetime.combine(day, datetime.strptime(window["to"], "%H:%M").time())
    if end <= start:
        end += timedelta(days=1)
    found = (instant(start, zone, 0), instant(end, zone, 1))
    return found if found[0] < found[1] else None


for line in sys.stdin:
    window, at = json.loads(line)
    today = datetime.fromtimestamp(at, ZoneInfo(window["timeZone"])).date()
    periods = [period(window, today + timedelta(days=n)) for n in range(-2, 17)]
    periods = [one for one in periods if one is not None]
    print(json.dumps([
        next((one for one in periods if one[0] <= at < one[1]), None),
        min((one for one in periods if one[0] > at), default=None),
    ]))
