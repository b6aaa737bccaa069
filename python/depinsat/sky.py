"""Where a satellite stands in the sky of a station, and how fast it comes nearer.

Frames: SGP4's TEME of date is turned about the pole by Greenwich mean sidereal time (IAU 1982) into the Earth's own frame (PEF), where
stations stand on the WGS 84 ellipsoid. UT1 is taken for UTC (at most 0.9 s, 0.004 degrees), the motion of the pole is left out
(20 m), and so is refraction: all far below what SGP4 is wrong by, some km after a day.
"""
import dataclasses
import math

EARTH_ROTATION = 7.292115146706979e-5  # rad/s
EQUATOR_KM, FLATTENING = 6378.137, 1 / 298.257223563
J2000 = 2451545.0


@dataclasses.dataclass(frozen=True)
class Look:
    elevation_deg: float
    azimuth_deg: float  # from north over east
    range_km: float
    range_rate_km_s: float  # positive: it goes away


def sidereal_time(day: float, fraction: float) -> float:
    """Greenwich mean sidereal time in radians at a Julian date of UT1."""
    t = ((day - J2000) + fraction) / 36525.0
    seconds = 67310.54841 + (876600.0 * 3600.0 + 8640184.812866) * t + 0.093104 * t**2 - 6.2e-6 * t**3
    return math.fmod(seconds, 86400.0) * 2.0 * math.pi / 86400.0


def turned(vector, cosine: float, sine: float) -> tuple[float, float, float]:
    x, y, z = vector
    return cosine * x + sine * y, cosine * y - sine * x, z


def earth_fixed(position, velocity, angle: float):
    """Position and velocity of TEME in the turning frame of the Earth; `angle` is the sidereal time."""
    cosine, sine = math.cos(angle), math.sin(angle)
    x, y, z = turned(position, cosine, sine)
    vx, vy, vz = turned(velocity, cosine, sine)
    return (x, y, z), (vx + EARTH_ROTATION * y, vy - EARTH_ROTATION * x, vz)


class Station:
    """A place on the Earth: geodetic latitude and longitude in degrees, height over the ellipsoid in metres."""

    def __init__(self, latitude_deg: float, longitude_deg: float, altitude_m: float):
        latitude, longitude = math.radians(latitude_deg), math.radians(longitude_deg)
        sin_lat, cos_lat = math.sin(latitude), math.cos(latitude)
        sin_lon, cos_lon = math.sin(longitude), math.cos(longitude)
        squared = FLATTENING * (2.0 - FLATTENING)
        normal = EQUATOR_KM / math.sqrt(1.0 - squared * sin_lat**2)
        height = altitude_m / 1000.0
        self.place = ((normal + height) * cos_lat * cos_lon, (normal + height) * cos_lat * sin_lon,
                      (normal * (1.0 - squared) + height) * sin_lat)
        self.east = (-sin_lon, cos_lon, 0.0)
        self.north = (-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat)
        self.up = (cos_lat * cos_lon, cos_lat * sin_lon, sin_lat)

    def look(self, position, velocity) -> Look:
        """At a satellite whose position and velocity are given in the Earth's frame."""
        way = [p - s for p, s in zip(position, self.place)]
        east, north, up = (sum(a * b for a, b in zip(way, axis)) for axis in (self.east, self.north, self.up))
        distance = math.sqrt(east**2 + north**2 + up**2)
        return Look(math.degrees(math.asin(max(-1.0, min(1.0, up / distance)))), math.degrees(math.atan2(east, north)) % 360.0,
                    distance, sum(a * b for a, b in zip(way, velocity)) / distance)
