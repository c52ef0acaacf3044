"""Prints the table of SunTests: the Sun's altitude as astropy has it, without refraction. Needs astropy."""
import astropy.units as u
from astropy.coordinates import AltAz, EarthLocation, get_sun
from astropy.time import Time
from astropy.utils import iers

iers.conf.auto_download = False
iers.conf.auto_max_age = None
SITES = {
    "palomar": (-116.8612, 33.3573, 1675),
    "cerroPachon": (-70.7494, -30.2446, 2663),
    "tromso": (18.9553, 69.6492, 0),
}
TIMES = [
    "2021-06-21T00:00:00", "2024-09-15T08:36:00", "2026-02-24T12:00:00", "2026-06-21T22:00:00",
    "2026-11-29T13:00:00", "2026-12-21T03:30:00",
]
for site, (longitude, latitude, height) in SITES.items():
    location = EarthLocation.from_geodetic(longitude * u.deg, latitude * u.deg, height * u.m)
    for text in TIMES:
        time = Time(text, scale="utc")
        altitude = get_sun(time).transform_to(AltAz(obstime=time, location=location)).alt.deg
        print(f"(.{site}, {float(time.mjd):.10f}, {altitude:.4f}),")
