"""GNU Radio's own DVB-S2 transmitter (gr-dtv), an independent implementation, and what it sends."""
import math

from gnuradio import blocks, digital, dtv, filter
from gnuradio.filter import firdes

TS_PACKET = 188
RATES = {"1-2": dtv.C1_2, "2-3": dtv.C2_3, "3-4": dtv.C3_4, "3-5": dtv.C3_5, "4-5": dtv.C4_5, "5-6": dtv.C5_6}
SIZES = {"normal": dtv.FECFRAME_NORMAL, "short": dtv.FECFRAME_SHORT}
CONSTELLATIONS = {"qpsk": dtv.MOD_QPSK, "8psk": dtv.MOD_8PSK}


def crc8(data):
    """EN 302 307-1, clause 5.1.4."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0xD5) & 0xFF if crc & 0x80 else crc << 1
    return crc


def transport_stream(packets, seed):
    """Packets of random content behind the sync byte."""
    import random

    content = random.Random(seed)
    return b"".join(b"\x47" + bytes(content.choices(range(256), k=TS_PACKET - 1)) for _ in range(packets))


def data_fields(stream):
    """A transport stream as data fields carry it: the CRC-8 of the packet before in place of the sync byte."""
    fields, crc = bytearray(), 0
    for at in range(0, len(stream), TS_PACKET):
        packet = stream[at + 1 : at + TS_PACKET]
        fields.append(crc)
        fields += packet
        crc = crc8(packet)
    return bytes(fields)


def transmitter(modcod, frame_size, pilots, rolloff=0.20):
    """Chain of blocks from a transport stream (bytes) to samples of mean power 1, two a symbol."""
    constellation, rate = modcod.split("_")
    code = (dtv.STANDARD_DVBS2, SIZES[frame_size], RATES[rate])
    modulation = CONSTELLATIONS[constellation]
    half = 40  # symbols of the filter each way
    taps = firdes.root_raised_cosine(1.0, 2.0, 1.0, rolloff, 2 * 2 * half + 1)
    gain = math.sqrt(2 / sum(t * t for t in taps))
    return [
        dtv.dvb_bbheader_bb(*code, dtv.RO_0_20, dtv.INPUTMODE_NORMAL, dtv.INBAND_OFF, 168, 4000000),
        dtv.dvb_bbscrambler_bb(*code),
        dtv.dvb_bch_bb(*code),
        dtv.dvb_ldpc_bb(*code, modulation),
        dtv.dvbs2_interleaver_bb(SIZES[frame_size], RATES[rate], modulation),
        dtv.dvbs2_modulator_bc(SIZES[frame_size], RATES[rate], modulation, dtv.INTERPOLATION_OFF),
        dtv.dvbs2_physical_cc(
            SIZES[frame_size], RATES[rate], modulation, dtv.PILOTS_ON if pilots else dtv.PILOTS_OFF, 0
        ),
        filter.fir_filter_ccf(1, [gain * t for t in taps]),
    ]
