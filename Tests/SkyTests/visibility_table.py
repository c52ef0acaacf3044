"""Prints the table of NightVisibilityTests: a night as astropy has it, without refraction. Needs astropy and numpy."""
import astropy.units as u
import numpy as np
from astropy.coordinates import AltAz, EarthLocation, SkyCoord, get_body, get_sun
from astropy.time import Time
from astropy.utils import iers

iers.conf.auto_download = False
iers.conf.auto_max_age = None
PLACES = {
    "palomar": (-116.8612, 33.3573, 1675), "paranal": (-70.4050, -24.6274, 2669), "calar-alto": (-2.5461, 37.2236, 2168),
    "siding-spring": (149.0612, -31.2734, 1149), "tromso": (18.9553, 69.6492, 0),
}
NIGHTS = [
    ("palomar", "2024-09-15", 10.05, 22.2), ("paranal", "2026-01-10", 83.6, -5.4), ("calar-alto", "2025-06-20", 269.0, 60.0),
    ("siding-spring", "2025-11-05", 350.0, -45.0), ("tromso", "2025-06-21", 100.0, 50.0), ("tromso", "2025-12-21", 100.0, 50.0),
]


def crossing(altitude, times, level, rises):
    """The first time at which a curve passes a level upwards or downwards, to a second; None where it does not."""
    values = altitude(times)
    for before, after, low, high in zip(values, values[1:], times, times[1:]):
        if (before >= level) == (after >= level) or (after >= level) != rises:
            continue
        while high - low > 0.5 / 86400:
            middle = (low + high) / 2
            if (altitude(np.array([middle]))[0] >= level) == rises:
                high = middle
            else:
                low = middle
        return high
    return None


for place, date, ra, dec in NIGHTS:
    longitude, latitude, height = PLACES[place]
    location = EarthLocation.from_geodetic(longitude * u.deg, latitude * u.deg, height * u.m)
    noon = Time(date).mjd + 0.5 - longitude / 360
    star = SkyCoord(ra * u.deg, dec * u.deg)

    def frame(mjd):
        return AltAz(obstime=Time(mjd, format="mjd", scale="utc"), location=location)

    def sun(mjd):
        return get_sun(Time(mjd, format="mjd", scale="utc")).transform_to(frame(mjd)).alt.deg

    def moon(mjd):
        return get_body("moon", Time(mjd, format="mjd", scale="utc"), location).transform_to(frame(mjd)).alt.deg

    times = noon + np.arange(0, 289) / 288
    found = [crossing(sun, times, level, rises) for level in (-0.833, -6, -12, -18) for rises in (False, True)]
    found += [crossing(moon, times, -0.833, rises) for rises in (True, False)]
    middle = ((found[0] or noon) + (found[1] or noon + 1)) / 2
    time = Time(middle, format="mjd", scale="utc")
    body = get_body("moon", time, location)
    apart = body.transform_to(frame(middle)).separation(star.transform_to(frame(middle))).deg
    center, light = get_body("moon", time), get_sun(time)
    elongation = center.separation(light).rad
    phase = np.arctan2(light.distance.au * np.sin(elongation), center.distance.au - light.distance.au * np.cos(elongation))
    midnight = noon + 0.5
    altitudes = [star.transform_to(frame(midnight)).alt.deg, float(sun(np.array([midnight]))[0]), float(moon(np.array([midnight]))[0])]
    text = ", ".join("nil" if value is None else f"{value:.5f}" for value in found)
    print(
        f'Row("{place}", {date.replace("-", "")}, {ra}, {dec}, [{text}],\n    illumination: {(1 + np.cos(phase)) / 2:.4f}, '
        f"separation: {apart:.3f}, midnight: [{', '.join(f'{value:.4f}' for value in altitudes)}]),")
