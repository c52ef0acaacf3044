"""The original broker's extragalactic transient filter, each cut by its name."""

CUTS = ["is_positive_sub", "no_pointsource_counterpart", "not_moving", "no_ssobject"]
ABSENT = (None, -999.0, -99999.0)
HALF_HOUR = 1 / 48  # days


def is_positive(row):
    return row.get("isdiffpos") in ("t", "1")


def is_clear_of_stars(candidate):
    distance, score = candidate.get("distpsnr1"), candidate.get("sgscore1")
    if distance in ABSENT or distance > 1.5:
        return True
    return score not in ABSENT and score < 0.5


def is_at_rest(record):
    """At least two positive detections, the largest gap between successive ones at least half an hour."""
    rows = [record["candidate"], *(row for row in record["prv_candidates"] or () if row.get("magpsf") is not None)]
    times = sorted(row["jd"] for row in rows if is_positive(row))
    return any(later - earlier >= HALF_HOUR for earlier, later in zip(times, times[1:]))


def is_unknown_to_solar_system(candidate):
    distance = candidate.get("ssdistnr")
    return distance is None or distance < 0 or distance > 5


def verdict(record):
    candidate = record["candidate"]
    return {
        "is_positive_sub": is_positive(candidate),
        "no_pointsource_counterpart": is_clear_of_stars(candidate),
        "not_moving": is_at_rest(record),
        "no_ssobject": is_unknown_to_solar_system(candidate),
    }
