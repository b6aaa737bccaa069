"""What decides about a radio: profiles, permission to transmit, what a device refuses."""
import pathlib
import sys
import unittest
import unittest.mock

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from command_world import ROOT, TestCase  # noqa: E402
from depinsat import profiles, transmit  # noqa: E402
from depinsat.errors import BAD_INPUT, NO_DEVICE, CommandError  # noqa: E402


class Profiles(TestCase):
    radio = {"sample_rate_hz": 1e6, "tx_frequency_hz": 1e9, "rx_frequency_hz": 1e9}

    def test_every_profile_is_valid(self):
        self.assertEqual(profiles.names(), ["hackrf", "sigmf", "sim", "usrp-b210"])
        for name in profiles.names():
            profile = profiles.load(name)
            self.assertEqual(profile["real"], "transmit" in profile)
            for direction in ("transmit", "receive"):
                if profile["real"]:
                    low, high = profile[direction]["gain_db"]
                    self.assertTrue(low <= profile[direction]["default_gain_db"] <= high)
            for transmits in (True, False):
                stages = [s["db"] for s in profile.get("gain_stages", []) if s["transmit"] == transmits]
                if stages:
                    whole = profile["transmit" if transmits else "receive"]["gain_db"]
                    self.assertEqual([sum(s[0] for s in stages), sum(s[1] for s in stages)], whole)

    def test_a_profile_transmits_with_its_lowest_gain_by_default(self):
        for name in profiles.names():
            profile = profiles.load(name)
            if profile["real"]:
                self.assertEqual(profile["transmit"]["default_gain_db"], profile["transmit"]["gain_db"][0])

    def test_mistakes_in_a_profile_are_told(self):
        good = (ROOT / "hardware/usrp-b210.yml").read_text()
        for bad in (good.replace("driver: uhd", "driver: hope"), good + "colour: red\n", good.replace("real: true\n", ""),
                    good.replace("  max_power_dbm: 20", "  power: 20"), "[", good.replace("[0, 76]", "[0, 76, 1]")):
            file = self.folder / "usrp-b210.yml"
            file.write_text(bad)
            self.assertRaisesRegex(CommandError, "usrp-b210.yml", profiles.read, file)

    def test_values_outside_of_the_profile_are_refused(self):
        b210 = profiles.load("usrp-b210")
        self.assertEqual(profiles.settings(self.radio, b210)["tx_gain_db"], 0)
        for key, value in (("tx_gain_db", 90), ("rx_gain_db", -1), ("sample_rate_hz", 1e3), ("tx_frequency_hz", 1e6),
                           ("rx_frequency_hz", 7e9), ("clock_source", "sundial")):
            self.assertRaisesRegex(CommandError, key, profiles.settings, {**self.radio, key: value}, b210)
        self.assertRaisesRegex(CommandError, "hackrf, sigmf, sim", profiles.load, "../hardware/sim")

    def test_gain_is_shared_out_and_never_exceeded(self):
        hackrf = profiles.load("hackrf")
        for gain in np.arange(0, 61.1, 0.5):
            stages = profiles.shared_gain(hackrf, True, gain)
            self.assertLessEqual(sum(stages.values()), gain)
        self.assertEqual(profiles.shared_gain(hackrf, True, 61), {"VGA": 47, "AMP": 14})
        self.assertEqual(profiles.shared_gain(hackrf, True, 50), {"VGA": 47, "AMP": 0})
        self.assertEqual(profiles.shared_gain(hackrf, False, 50), {"LNA": 40, "VGA": 10})


class Predistortion(TestCase):
    def test_the_transmitter_makes_the_samples_that_the_radio_can_send(self):
        from depinsat import modem
        config = {"waveform": {"symbol_rate_baud": 1000}, "transmit": {}}
        self.assertEqual([modem.samples_per_symbol(config, rate) for rate in (1200, 2000, 8000)], [2, 2, 2])
        self.assertEqual(modem.predistortion(config), {})
        config["transmit"] = {"enabled": True, "predistortion": [[0, 0, 0], [1, 1, 0]], "predistortion_gain": 0.5}
        rates = (1200, 2000, 3500, 4000, 2e6)
        self.assertEqual([modem.samples_per_symbol(config, rate) for rate in rates], [2, 2, 3, 4, 8])
        self.assertEqual(modem.predistortion(config), {"predistortion": [[0, 0, 0], [1, 1, 0]], "predistortion_gain": 0.5})


class Devices(TestCase):
    """A device that is there, and does not take what the file asks for."""

    def make(self, device):
        from gnuradio import soapy
        from depinsat import radio
        hackrf = profiles.load("hackrf")
        settings = profiles.settings({**Profiles.radio, "sample_rate_hz": 2e6}, hackrf)
        with unittest.mock.patch.object(soapy, "source", device):
            return radio.make({}, settings, hackrf).source()

    def test_a_value_that_it_refuses_is_named(self):
        for method, key in (("set_clock_source", "clock_source"), ("set_sample_rate", "sample_rate_hz"),
                            ("set_frequency", "rx_frequency_hz"), ("set_gain", "rx_gain_db")):
            device = unittest.mock.Mock()
            getattr(device.return_value, method).side_effect = RuntimeError("not with me")
            with self.assertRaisesRegex(CommandError, f"radio.{key}: .*not with me") as caught:
                self.make(device)
            self.assertEqual(caught.exception.status, BAD_INPUT)

    def test_one_that_is_not_there_is_status_3(self):
        with self.assertRaises(CommandError) as caught:
            self.make(unittest.mock.Mock(side_effect=RuntimeError("nobody home")))
        self.assertEqual(caught.exception.status, NO_DEVICE)


class Permission(TestCase):
    """Principle: not on air by accident."""

    def ask(self, profile="usrp-b210", on_air=True, gain=0, frequency=1e9, **changes):
        profile = profiles.load(profile)
        radio = {"sample_rate_hz": 2e6, "tx_frequency_hz": frequency, "rx_frequency_hz": 1e9, "tx_gain_db": gain}
        limits = {"enabled": True, "band_hz": [0.999e9, 1.001e9], "max_power_dbm": -30.0, "service": "satellite", **changes}
        config = {"transmit": {k: v for k, v in limits.items() if v is not None}, "radio": radio,
                  "waveform": {"symbol_rate_baud": 1e6, "rolloff": 0.2}}
        return transmit.permitted(config, profiles.settings(radio, profile), profile, on_air)[0]

    def test_all_that_is_asked_for_must_be_given(self):
        self.assertTrue(self.ask())
        self.assertFalse(self.ask(on_air=False))
        self.assertFalse(self.ask(enabled=False))
        for missing in ("band_hz", "max_power_dbm"):
            self.assertRaisesRegex(CommandError, missing, self.ask, **{missing: None})
        for service in ("simulation", "amateur"):
            self.assertRaisesRegex(CommandError, "service", self.ask, service=service)

    def test_the_whole_carrier_must_lie_in_the_band(self):
        self.assertTrue(self.ask(frequency=1.0004e9))
        for frequency in (1.00041e9, 0.99959e9, 2e9):
            self.assertRaisesRegex(CommandError, "band_hz", self.ask, frequency=frequency)

    def test_the_highest_power_of_the_gain_must_be_allowed(self):
        self.assertTrue(self.ask(gain=39.75))  # 20 dBm at 89.75 dB
        self.assertRaisesRegex(CommandError, "max_power_dbm", self.ask, gain=40)
        self.assertRaisesRegex(CommandError, "max_power_dbm", self.ask, profile="hackrf", gain=20)

    def test_simulations_need_no_licence(self):
        self.assertTrue(self.ask(profile="sim", on_air=False, service="simulation", band_hz=None, max_power_dbm=None))
        self.assertFalse(self.ask(profile="sim", on_air=False, enabled=False))


if __name__ == "__main__":
    unittest.main(verbosity=2)
