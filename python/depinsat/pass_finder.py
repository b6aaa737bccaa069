"""When a satellite stands above the horizon of a station, to a hundredth of a second."""
import dataclasses
import datetime
import math

from sgp4.api import jday

from . import sky
from .orbits import Orbit

LONGEST_STEP_S = 60.0
STEPS_PER_REVOLUTION = 100  # so that two culminations never fall into two steps
ACCURACY_S = 0.01
LIGHT_KM_S = 299792.458
GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


@dataclasses.dataclass
class Pass:
    """Seconds count from the time of the search; looks are those of the station."""
    rise_s: float
    culmination_s: float
    set_s: float
    rise: sky.Look
    culmination: sky.Look
    set: sky.Look
    largest_range_rate_km_s: float  # of either sign
    began_before: bool  # it is up when the search begins
    ends_later: bool    # it is up when the search ends

    def doppler_hz(self, frequency_hz: float) -> float:
        """Largest shift of a carrier of that frequency, either way."""
        return self.largest_range_rate_km_s / LIGHT_KM_S * frequency_hz


class Finder:
    """Passes of one satellite over a station, and over others that must see it at the same time."""

    def __init__(self, orbit: Orbit, station: sky.Station, others: list[sky.Station], start: datetime.datetime,
                 minimum_elevation_deg: float):
        self.orbit, self.stations, self.minimum = orbit, [station, *others], minimum_elevation_deg
        utc = start.astimezone(datetime.timezone.utc)
        self.day, self.fraction = jday(utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second + utc.microsecond / 1e6)

    def looks(self, second: float) -> list[sky.Look]:
        fraction = self.fraction + second / 86400.0
        fixed = sky.earth_fixed(*self.orbit.at(self.day, fraction), sky.sidereal_time(self.day, fraction))
        return [station.look(*fixed) for station in self.stations]

    def height(self, second: float) -> float:
        """Degrees above the minimum, where it stands lowest."""
        return min(look.elevation_deg for look in self.looks(second)) - self.minimum

    def elevation(self, second: float) -> float:
        return self.looks(second)[0].elevation_deg

    def passes(self, seconds: float) -> list[Pass]:
        step = min(LONGEST_STEP_S, self.orbit.period_s / STEPS_PER_REVOLUTION)
        # A step more on both sides, so that no culmination near an end is missed.
        times = [n * step for n in range(-1, math.ceil(seconds / step) + 2)]
        points = self._with_extremes([(t, self.height(t)) for t in times])
        edges = [self._crossing(a[0], b[0]) for a, b in zip(points, points[1:]) if (a[1] > 0) != (b[1] > 0)]
        if points[0][1] > 0:
            edges.insert(0, points[0][0])
        if len(edges) % 2:
            edges.append(points[-1][0])
        spans = [(max(rise, 0.0), min(fall, seconds), rise <= 0.0, fall >= seconds)
                 for rise, fall in zip(edges[::2], edges[1::2]) if fall > 0.0 and rise < seconds]
        return [self._pass(*span, step) for span in spans]

    def _with_extremes(self, points: list) -> list:
        """Adds each culmination above the minimum between points below it, and each low point below between points above."""
        out = points[:1]
        for (t0, h0), (t1, h1), (t2, h2) in zip(points, points[1:], points[2:]):
            out.append((t1, h1))
            sign = 1.0 if h0 <= h1 >= h2 else -1.0 if h0 >= h1 <= h2 else 0.0
            if sign and sign * h1 <= 0.0:
                top = highest(lambda t, s=sign: s * self.height(t), t0, t2)
                out.append((top, self.height(top)))
        return sorted([*out, points[-1]])

    def _crossing(self, low: float, high: float) -> float:
        above = self.height(low) > 0
        while high - low > ACCURACY_S:
            middle = (low + high) / 2.0
            if (self.height(middle) > 0) == above:
                low = middle
            else:
                high = middle
        return (low + high) / 2.0

    def _pass(self, rise: float, fall: float, began_before: bool, ends_later: bool, step: float) -> Pass:
        count = max(2, math.ceil((fall - rise) / step))
        times = [rise + (fall - rise) * n / count for n in range(count + 1)]
        looks = [self.looks(t)[0] for t in times]
        best = max(range(count + 1), key=lambda n: looks[n].elevation_deg)
        top = highest(self.elevation, times[max(best - 1, 0)], times[min(best + 1, count)])
        return Pass(rise, top, fall, looks[0], self.looks(top)[0], looks[-1],
                    max(abs(look.range_rate_km_s) for look in looks), began_before, ends_later)


def highest(function, low: float, high: float) -> float:
    """Where a function with one culmination between two places has it: golden section."""
    while high - low > ACCURACY_S:
        a, b = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        if function(a) < function(b):
            low = a
        else:
            high = b
    return (low + high) / 2.0
