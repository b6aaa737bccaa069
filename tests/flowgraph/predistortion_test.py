"""Predistortion of the transmitter blocks, with an amplifier of the test's own behind."""
import unittest

import numpy as np
from flowgraph import random_bytes, samples_of
from gnuradio import depinsat

FIELD = 869  # bytes of a data field: QPSK 1/2, short


class PredistortionTest(unittest.TestCase):
    def test_predistortion_undoes_the_amplifier(self):
        def output(r):  # Saleh's tube: largest at 1
            return 2 * r / (1 + r * r)

        def turn(r):
            return 0.5 * r * r / (1 + r * r)

        gain = 0.5
        table = [(r, output(r), turn(r)) for r in np.arange(0, 1.2, 0.005)]
        data = random_bytes(2 * FIELD, seed=9)
        plain = samples_of(data, depinsat.dvbs2_transmitter(samples_per_symbol=4))
        bent = samples_of(data, depinsat.dvbs2_transmitter(samples_per_symbol=4, predistortion=table, predistortion_gain=gain))
        self.assertEqual(len(plain), len(bent))
        self.assertGreater(np.abs(bent - plain).max(), 0.1)
        r = np.abs(bent)
        sent = output(r) * np.exp(1j * (np.angle(bent) + turn(r)))
        linear = np.abs(plain) < 0.99 / gain  # below saturation
        self.assertGreater(linear.mean(), 0.95)
        np.testing.assert_allclose(sent[linear], gain * plain[linear], atol=2e-3)

    def test_wrong_predistortion_is_refused(self):
        for parameters, words in [
            ({"predistortion": [(0, 0, 0)]}, "predistortion: 2 to 4096"),
            ({"predistortion": [(0, 0, 0), (0, 1, 0)]}, "inputs must rise: point 2"),
            ({"predistortion": [(0, 0, 0), (1, 1, 0)], "predistortion_gain": 0}, "gain must be above 0"),
            ({"predistortion": [(0, 0, 0), (1, 1, 0)], "samples_per_symbol": 1}, "samples_per_symbol of 2 or more"),
        ]:
            with self.subTest(parameters=parameters):
                self.assertRaisesRegex(ValueError, words, depinsat.dvbs2_transmitter, **parameters)
                self.assertRaisesRegex(ValueError, words, depinsat.modem_port_transmitter, "ipc:///tmp/x", **parameters)
        with self.assertRaises(TypeError):
            depinsat.dvbs2_transmitter(predistortion=[(0, 0), (1, 1)])


if __name__ == "__main__":
    unittest.main(verbosity=2)
