"""`depinsat passes` as people call it: files good and bad, the schedule of contacts, what is missing.

Environment: DEPINSAT, DEPINSATD, the programs.
"""
import base64
import json
import os
import pathlib
import subprocess
import unittest

from depinsat import orbits
from depinsat.errors import CommandError
from made_up_orbits import LEO, POLAR, VANGUARD, VANGUARD_OMM, Files, geostationary, tle

COMMAND = os.environ["DEPINSAT"]


class BadFiles(Files):
    def test_each_is_refused_with_file_line_and_reason(self):
        first, second = VANGUARD.splitlines()
        omm = lambda **more: json.dumps(VANGUARD_OMM | more)  # noqa: E731
        for text, words in (
                (first[:30] + "5" + first[31:] + "\n" + second, "orbit:1: the checksum is 3, but the line makes"),
                (VANGUARD.replace("19.3264", "19.3265"), "orbit:2: the checksum is 7, but the line makes 8"),
                (first + "\n", "orbit:1: no line 2 follows"), (second + "\n" + first, "orbit:1: is no line 1 of a TLE"), ("", "holds no orbit"),
                (first[:-2] + "\n" + second, "orbit:1: has 67 characters"), ("NAME\n", "no line 1 of a TLE follows"),
                (first + "\n" + LEO.splitlines()[1], "orbit:1: is no TLE"), ("<?xml?>", "is XML"), ("{", "orbit: "), ("[1]", "message 1: is no object"),
                (omm(ECCENTRICITY=1.5), "ECCENTRICITY is 1.5; allowed: 0 to"), (omm(MEAN_MOTION="fast"), "MEAN_MOTION is fast"),
                (omm(EPOCH="yesterday"), "EPOCH is \"yesterday\""), (omm(BSTAR=None), "BSTAR"), (omm(MEAN_ANOMALY="nan"), "MEAN_ANOMALY"),
                (json.dumps({k: v for k, v in VANGUARD_OMM.items() if k != "BSTAR"}), "BSTAR is missing"),
                ("MEAN_MOTION,EPOCH\n1\n", "orbit:2: ECCENTRICITY is missing")):
            with self.assertRaises(CommandError, msg=text) as caught:
                orbits.read(self.file(text))
            self.assertIn(words, str(caught.exception))

    def test_an_orbit_that_has_decayed_is_told(self):
        orbit = self.one(tle(90005, 51.6, 0, 0.001, 0, 0, 16.0, drag="50000-2"))
        with self.assertRaisesRegex(CommandError, "cannot be computed"):
            for second in range(0, 10**9, 10**7):
                orbit.at(orbit.record.jdsatepoch, orbit.record.jdsatepochF + second / 86400)
            self.fail("it flies for thirty years")


class Command(Files):
    def run_command(self, *arguments, status=0):
        done = subprocess.run([COMMAND, "passes", *arguments], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, status, done.stderr)
        if status:
            self.assertEqual((done.stdout, len(done.stderr.splitlines())), ("", 1), done.stderr)
        return done

    def station(self, text=""):
        made = subprocess.run([COMMAND, "keygen", self.folder / "user.key"], capture_output=True, text=True, check=True)
        return self.file(f"""[station]
name = "user"
role = "user"
key_file = "user.key"
peers = ["{made.stdout.split()[-1][:-5]}AAAA="]
[waveform]
kind = "dvbs2"
symbol_rate_baud = 500000
modcod = "qpsk_1-2"
[radio]
profile = "sim"
rx_frequency_hz = 2.4e9
{text}""", "station.toml")

    def test_the_same_by_options_and_by_station_toml_and_a_schedule_of_it(self):
        leo, polar = self.file(LEO, "leo.tle"), self.file(POLAR, "polar.tle")
        when = ("--start", "2026-11-30T00:00:00Z", "--hours", "12")
        schedule = self.folder / "contacts.json"
        by_options = json.loads(self.run_command("--orbit", f"leo={leo}", "--orbit", f"far={polar}", "--position", "-33.9", "18.4", "20",
                                                 "--minimum-elevation", "5", "--frequency-hz", "2.4e9", "--write", schedule, "--json",
                                                 *when).stdout)
        config = self.station("""
[passes]
latitude_deg = -33.9
longitude_deg = 18.4
altitude_m = 20
minimum_elevation_deg = 5
[[passes.orbit]]
file = "leo.tle"
path = "leo"
satellite = 90001
[[passes.orbit]]
file = "polar.tle"
path = "far"
""")
        done = self.run_command("--config", config, "--json", *when)
        self.assertEqual(json.loads(done.stdout), by_options)
        self.assertEqual(done.stderr, "")
        passes = by_options["passes"]
        self.assertEqual({p["path"] for p in passes}, {"leo", "far"})
        for one in passes:
            self.assertGreater(one["max_doppler_hz"], 10e3)  # at 2.4 GHz
            self.assertLess(one["max_doppler_hz"], 60e3)
        contacts = json.loads(schedule.read_text())["contacts"]
        self.assertEqual(contacts, [{"path": p["path"], "start": p["rise"]["time"], "end": p["set"]["time"]} for p in passes])
        self.assertEqual(contacts, sorted(contacts, key=lambda c: c["start"]))
        self.assertEqual(schedule.stat().st_mode & 0o777, 0o644)
        table = self.run_command("--config", config, *when).stdout
        self.assertIn(f"{len(passes)} passes in 12 h", table)
        self.assertEqual(len(table.splitlines()), len(passes) + 2)

    def test_each_peer_that_stands_somewhere_has_contacts_of_its_own(self):
        self.file(POLAR, "polar.tle")
        head = """
[contacts]
schedule = "contacts.json"
[passes]
latitude_deg = 52.5
longitude_deg = 13.4
[[passes.orbit]]
file = "polar.tle"
path = "polar"
"""
        when = ("--start", "2026-11-30T00:00:00Z", "--hours", "24", "--write", "--json")
        config, schedule = self.station(head), self.folder / "contacts.json"
        key = json.loads(subprocess.run([os.environ["DEPINSATD"], "--config", config, "--print-config"], capture_output=True, text=True,
                                        check=True).stdout)["station"]["peers"][0]
        far = json.loads(self.run_command("--config", config, "--far", "60", "70", *when).stdout)["passes"]
        alone = json.loads(self.run_command("--config", config, *when).stdout)["passes"]
        self.assertTrue(0 < len(far) < len(alone))
        self.assertNotIn("station", schedule.read_text())

        other = key.replace(key[0], "B" if key[0] != "B" else "C", 1)
        text = pathlib.Path(config).read_text().replace(f'peers = ["{key}"]', f'peers = ["{other}", "{key}"]')
        pathlib.Path(config).write_text(text + f'[[passes.stations]]\nstation = "{key}"\nlatitude_deg = 60\nlongitude_deg = 70\n')
        passes = json.loads(self.run_command("--config", config, *when).stdout)["passes"]
        for station, expected in ((key, far), (other, alone)):
            self.assertEqual([one for one in passes if one["station"] == station], [one | {"station": station} for one in expected])
        contacts = json.loads(schedule.read_text())["contacts"]
        self.assertEqual(contacts, [{"path": p["path"], "start": p["rise"]["time"], "end": p["set"]["time"], "station": p["station"]}
                                    for p in passes])
        table = self.run_command("--config", config, *when[:-2]).stdout
        self.assertEqual(table.count(f"  {key[:8]}..."), len(far))

    def test_more_contacts_than_the_daemon_reads_are_not_written(self):
        config = self.station()
        keys = [base64.b64encode(number.to_bytes(32, "little")).decode() for number in range(1000, 2500)]
        text = pathlib.Path(config).read_text()
        text = text[:text.index("peers")] + f"peers = {json.dumps(keys)}" + text[text.index("]", text.index("peers")) + 1:]
        pathlib.Path(config).write_text(text + f"""
[passes]
latitude_deg = 52.5
longitude_deg = 13.4
[[passes.orbit]]
file = "{self.file(LEO, "leo")}"
[[passes.stations]]
station = "{keys[0]}"
latitude_deg = 52.5
longitude_deg = 13.4
""")
        schedule = self.file("old", "contacts.json")
        done = self.run_command("--config", config, "--start", "2026-11-30T00:00:00Z", "--hours", "600", "--write", schedule, status=1)
        self.assertIn("allowed: 100000", done.stderr)
        self.assertEqual(pathlib.Path(schedule).read_text(), "old")

    def test_a_schedule_is_written_whole_or_not_at_all(self):
        schedule = self.file("old", "contacts.json")
        arguments = ("--orbit", self.file(geostationary(190)), "--position", "52.5", "13.4", "--start", "2026-11-30T00:00:00Z", "--write")
        self.assertIn("cannot be written", self.run_command(*arguments, self.folder / "missing/contacts.json", status=1).stderr)
        self.assertEqual(pathlib.Path(schedule).read_text(), "old")
        done = self.run_command(*arguments, schedule)
        self.assertIn("holds no contact", done.stderr)
        self.assertEqual(json.loads(pathlib.Path(schedule).read_text()), {"contacts": []})
        self.assertEqual({p.name for p in self.folder.iterdir()}, {"orbit", "contacts.json"})
        self.assertIn("contacts.schedule", self.run_command(*arguments, status=2).stderr)

    def test_old_elements_are_told(self):
        arguments = ("--orbit", self.file("OLD ONE\n" + LEO), "--position", "52.5", "13.4", "--hours", "1")
        for start, words in (("2026-12-13T23:00:00Z", None), ("2026-12-15T00:00:00Z", "OLD ONE (90001) are 15 days older"),
                             ("2026-11-15T00:00:00Z", "15 days newer")):
            said = self.run_command(*arguments, "--start", start).stderr
            self.assertIn(words, said) if words else self.assertEqual(said, "")

    def test_what_is_missing_or_wrong_is_named(self):
        orbit = self.file(LEO)
        place = ("--position", "52.5", "13.4")
        for arguments, words in (
                (place, "--orbit"), (("--orbit", orbit), "--position"), (("--orbit", orbit, "--position", "52.5"), "has 1 numbers"),
                (("--orbit", orbit, "--position", "95", "0"), "--position: is \"95\"; allowed: -90 to 90"),
                (("--orbit", "x=", *place), "allowed: FILE or PATH=FILE"), (("--orbit", "/missing", *place), "/missing: No such file"),
                (("--orbit", orbit, *place, "--hours", "0"), "--hours"), (("--orbit", orbit, *place, "--start", "noon"), "--start"),
                (("--config", self.station("[passes]\n[[passes.orbit]]\nfile = \"orbit\"\nsatellite = 7"), *place), "has no satellite 7")):
            self.assertIn(words, self.run_command(*arguments, status=2).stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
